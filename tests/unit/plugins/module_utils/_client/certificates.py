# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests, made on the spot by the openssl program."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as paths of PEM files."""

    cert: str
    key: str


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = str(folder / "ca.pem")

    def create(self) -> None:
        """Make the authority's own certificate, good for two days."""
        self._openssl("req", "-x509", *_new_key("ca"), "-days", "2", "-subj", "/CN=Test authority")

    def issue(self, name: str, extension: str = _NAMES, days: int = 2) -> Certificate:
        """A certificate signed by the authority; one that has expired with a negative number of days."""
        self._openssl("req", *_new_key(name, ".csr"), "-subj", f"/CN={name}")
        (self.folder / f"{name}.ext").write_text(extension, encoding="utf-8")
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-out", f"{name}.pem", "-days", str(days), "-extfile", f"{name}.ext"),
        )
        return Certificate(str(self.folder / f"{name}.pem"), str(self.folder / f"{name}.key"))

    def server_context(self, certificate: Certificate | None = None, ask_client: bool = False) -> ssl.SSLContext:
        """A server's TLS context; with `ask_client` one that wants a certificate of this authority from clients."""
        shown = certificate or self.issue("server")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown.cert, shown.key)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cafile=self.ca)
        return context

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


def _new_key(name: str, suffix: str = ".pem") -> list[str]:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    return [*curve, "-keyout", f"{name}.key", "-out", f"{name}{suffix}"]
