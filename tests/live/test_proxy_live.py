# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real forward proxy between the client and a registry, by the environment's variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.live.logins import Tags, failure
from tests.support import tls
from tests.support.images import push_image
from tests.support.nginx import RunningNginx
from tests.support.proxy import RunningProxy, start_proxy
from tests.support.registries import RunningRegistry


class TestProxies:
    """A real forward proxy, by the environment's variables."""

    @pytest.fixture
    def proxy(self, needs: Callable[..., None]) -> Iterator[RunningProxy]:
        needs("tinyproxy")
        with start_proxy() as server:
            yield server

    @pytest.fixture
    def door(self, distribution2: RunningRegistry, repository: str) -> RunningRegistry:
        push_image(distribution2.address, repository, "v1")
        return distribution2

    def test_plain_http(self, proxy: RunningProxy, door: RunningRegistry, tags: Tags, repository: str) -> None:
        run = tags(door, environ={"http_proxy": proxy.url})
        assert run.result["tags"] == ["v1"], run.result
        assert proxy.requests == [f"GET http://{door.address}/v2/{repository}/tags/list"]

    def test_tls_goes_through_a_tunnel(
        self,
        proxy: RunningProxy,
        door: RunningRegistry,
        tls_registry: RunningNginx,
        authority: tls.Authority,
        tags: Tags,
    ) -> None:
        trust = {"ca_path": str(authority.certificate)}
        run = tags(tls_registry, environ={"HTTPS_PROXY": proxy.url}, **trust)
        assert run.result["tags"] == ["v1"], run.result
        assert proxy.requests == [f"CONNECT {tls_registry.address}"]

    @pytest.mark.parametrize("no_proxy", ["127.0.0.1", "127.0.0.0/8", "*", "example.com, 127.0.0.1"])
    def test_no_proxy(self, proxy: RunningProxy, door: RunningRegistry, tags: Tags, no_proxy: str) -> None:
        run = tags(door, environ={"http_proxy": proxy.url, "no_proxy": no_proxy})
        assert run.result["tags"] == ["v1"], run.result
        assert proxy.requests == []

    def test_a_password_for_the_proxy(self, door: RunningRegistry, tags: Tags, needs: Callable[..., None]) -> None:
        needs("tinyproxy")
        with start_proxy({"carol": "proxypass"}) as proxy:
            with_it = f"http://carol:proxypass@{proxy.address}"
            assert tags(door, environ={"http_proxy": with_it}).result["tags"] == ["v1"]
            text = failure(tags(door, environ={"http_proxy": proxy.url}))
            assert "407" in text
            assert "The proxy wants a user name and a password" in text
            wrong = tags(door, environ={"http_proxy": f"http://carol:not-that-one@{proxy.address}"})
            assert "not-that-one" not in wrong.text
            assert wrong.failed

    def test_a_proxy_that_is_not_there(self, door: RunningRegistry, tags: Tags) -> None:
        text = failure(tags(door, environ={"http_proxy": "http://127.0.0.1:1"}))
        assert "proxy" in text
