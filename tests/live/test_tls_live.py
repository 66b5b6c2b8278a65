# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a client trusts, and which certificate it shows, with nginx before a real registry."""

from __future__ import annotations

from pathlib import Path

from tests.live.logins import Tags, failure
from tests.support import tls
from tests.support.nginx import RunningNginx, start_nginx
from tests.support.registries import RunningRegistry


class TestCertificates:
    """Whom one trusts, and which certificate one shows."""

    def test_untrusted(self, tls_registry: RunningNginx, tags: Tags) -> None:
        run = tags(tls_registry)
        text = failure(run)
        assert f"the certificate of {tls_registry.address} is not trusted" in text
        assert "ca_path" in text
        assert run.result["errors"][0]["category"] == "tls"

    def test_untrusted_but_not_validated(self, tls_registry: RunningNginx, tags: Tags) -> None:
        assert not tags(tls_registry, validate_certs=False).failed

    def test_expired(self, distribution2: RunningRegistry, authority: tls.Authority, tags: Tags) -> None:
        with start_nginx(distribution2.address, server=authority.server("old", days=-1)) as server:
            assert "expired" in failure(tags(server, ca_path=str(authority.certificate)))

    def test_for_another_host(self, distribution2: RunningRegistry, authority: tls.Authority, tags: Tags) -> None:
        pair = authority.server("elsewhere", names="DNS:registry.example.com")
        with start_nginx(distribution2.address, server=pair) as server:
            text = failure(tags(server, ca_path=str(authority.certificate)))
        assert "127.0.0.1" in text
        assert "not trusted" in text

    def test_by_the_environment(self, tls_registry: RunningNginx, authority: tls.Authority, tags: Tags) -> None:
        environ = {"SSL_CERT_FILE": str(authority.certificate)}
        assert not tags(tls_registry, environ=environ).failed

    def test_a_registry_that_speaks_no_tls(self, distribution2: RunningRegistry, tags: Tags) -> None:
        text = failure(tags(distribution2, plain_http=False))
        assert "does not speak TLS" in text
        assert "plain_http" in text

    def test_loopback_is_plain_unless_it_is_told_otherwise(
        self, tls_registry: RunningNginx, authority: tls.Authority, tags: Tags
    ) -> None:
        text = failure(tags(tls_registry, ca_path=str(authority.certificate), plain_http=True))
        assert f"{tls_registry.address} speaks TLS: set plain_http to false" in text

    def test_a_client_certificate(
        self, mutual_tls_registry: RunningNginx, authority: tls.Authority, tags: Tags
    ) -> None:
        pair, trust = authority.client("mine"), {"ca_path": str(authority.certificate)}
        shown = {"client_cert": str(pair.certificate), "client_key": str(pair.key)}
        assert not tags(mutual_tls_registry, **trust, **shown).failed
        text = failure(tags(mutual_tls_registry, **trust))
        assert "asks for a client certificate: give client_cert and client_key" in text

    def test_a_client_certificate_that_cannot_be_read(
        self, mutual_tls_registry: RunningNginx, tags: Tags, tmp_path: Path
    ) -> None:
        text = failure(tags(mutual_tls_registry, client_cert=str(tmp_path / "nothing.pem")))
        assert str(tmp_path / "nothing.pem") in text
