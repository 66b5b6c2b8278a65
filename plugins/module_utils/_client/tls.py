# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which certificates are trusted, and which one is shown."""

from __future__ import annotations

import os
import ssl
from typing import Iterable, Mapping

from .errors import OptionError

_PROTOCOLS = ["http/1.1"]


class _SharedContext(ssl.SSLContext):
    """A context that many threads make connections of at once.

    urllib3 sets the same protocols (ALPN) for each connection. OpenSSL frees the list that it had, while it may be
    copying it into a connection of another thread, which then sends what has come into that memory since: servers
    answer such a hello with the alert "decode error".
    """

    _protocols: list[str] | None = None

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        protocols = list(alpn_protocols)
        if protocols != self._protocols:
            super().set_alpn_protocols(protocols)
            self._protocols = protocols


def tls_context(
    validate_certs: bool,
    ca_path: str | None,
    client_cert: str | None,
    client_key: str | None,
    environ: Mapping[str, str],
) -> ssl.SSLContext:
    """A client's TLS context.

    Trusted are: `ca_path` (a file or a folder of hashed certificates) alone when it is given; else the file or folder
    that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names; else the system's own store, and certifi's where
    the system has none. Raises OptionError for a file that cannot be read or holds no certificate.
    """
    context = _SharedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(_PROTOCOLS)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if validate_certs:
        _trust(context, ca_path, environ)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if client_cert:
        _identify(context, client_cert, client_key)
    return context


def _trust(context: ssl.SSLContext, ca_path: str | None, environ: Mapping[str, str]) -> None:
    if ca_path:
        _load(context, ca_path, "ca_path")
        return
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        path = environ.get(name)
        if path:
            _load(context, path, name)
            return
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        context.load_default_certs()
        return
    try:
        import certifi
    except ImportError:
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile=certifi.where())


def _load(context: ssl.SSLContext, path: str, what: str) -> None:
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise OptionError(f"{what}: no certificates can be read from {path}: {error}") from error


def _identify(context: ssl.SSLContext, client_cert: str, client_key: str | None) -> None:
    try:
        # An encrypted key is an error: without a password, OpenSSL would ask for one on the terminal.
        context.load_cert_chain(client_cert, client_key, password=lambda: "")
    except (OSError, ssl.SSLError) as error:
        raise OptionError(
            f"client_cert, client_key: no certificate with its key can be read from {client_cert} "
            f"and {client_key or client_cert}: {error}"
        ) from error
