# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority of our own, made by the openssl command."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from . import install
from .command import run

SERVER_NAMES = "IP:127.0.0.1,DNS:localhost"


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key, both PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """Signs certificates for servers and clients; `pair` is its own."""

    folder: Path
    pair: KeyPair

    @property
    def certificate(self) -> Path:
        """What a client has to trust (PEM)."""
        return self.pair.certificate

    def server(self, name: str = "server", names: str = SERVER_NAMES, days: int = 30) -> KeyPair:
        """Make a server certificate for these subjectAltNames; negative days make one that has expired."""
        return self._sign(name, days, f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")

    def client(self, name: str = "client", days: int = 30) -> KeyPair:
        """Make a client certificate."""
        return self._sign(name, days, "extendedKeyUsage=clientAuth\n")

    def context(self, client: KeyPair | None = None) -> ssl.SSLContext:
        """Give a client's TLS context that trusts this authority alone."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        if client:
            context.load_cert_chain(client.certificate, client.key)
        return context

    def _sign(self, name: str, days: int, extensions: str) -> KeyPair:
        pair = KeyPair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, options = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        options.write_text(extensions, encoding="ascii")
        _new_key(pair.key)
        _openssl("req", "-new", "-key", pair.key, "-subj", f"/CN={name}", "-out", request)
        signer = ("-CA", self.pair.certificate, "-CAkey", self.pair.key, "-CAcreateserial")
        wanted = ("-days", str(days), "-extfile", options)
        _openssl("x509", "-req", "-in", request, *signer, *wanted, "-out", pair.certificate)
        return pair


def create_authority(folder: Path, name: str = "authority") -> Authority:
    """Make a new authority; its files, and those of what it signs, are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return Authority(folder, self_signed(folder, name, authority=True))


def self_signed(folder: Path, name: str, *, authority: bool = False) -> KeyPair:
    """Make a key and a certificate that it signs itself, as a token server's key is made known to a registry."""
    pair = KeyPair(folder / f"{name}.pem", folder / f"{name}.key")
    _new_key(pair.key)
    use = "keyCertSign,cRLSign" if authority else "digitalSignature"
    _openssl(
        *("req", "-x509", "-new", "-key", pair.key, "-subj", f"/CN=regops tests {name}", "-days", "30"),
        *("-addext", f"keyUsage=critical,{use}", "-out", pair.certificate),
    )
    return pair


def _new_key(path: Path) -> None:
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)


def _openssl(*arguments: str | Path) -> None:
    run([install.require("openssl"), *arguments], f"openssl {arguments[0]} failed")
