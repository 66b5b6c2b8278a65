# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections: urllib3's pools, set up as the options say."""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass, field
from typing import Any, Mapping
from urllib.parse import unquote_to_bytes

from .connections import pool_classes
from .errors import OptionError, redact_url
from .response import IMPORT_ERROR
from .tls import tls_context

if IMPORT_ERROR is None:
    import urllib3

LONGEST_CONNECT = 30.0
"""Seconds. A server that is there answers sooner, whatever the user grants for the answer itself."""


@dataclass(frozen=True)
class TransportOptions:
    """How to talk to servers. `timeout`: seconds for connecting and for each wait for bytes, not for a transfer."""

    timeout: float = 60.0
    retries: int = 4
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    max_parallel: int = 16
    user_agent: str = "regops.oci_registry"
    environ: Mapping[str, str] = field(default_factory=dict)


def new_pool(options: TransportOptions, proxy: str | None, secure: bool) -> Any:
    """urllib3's pool manager for plain HTTP or for https (`secure`), directly or through the proxy of that URL.

    Raises OptionError for a proxy that cannot be used, and for certificates that cannot be read.
    """
    settings: dict[str, Any] = {
        "num_pools": 4096,  # One that is dropped for another is closed, in the middle of what it is used for.
        "maxsize": 2 * options.max_parallel + 2,
        "timeout": urllib3.Timeout(connect=min(options.timeout, LONGEST_CONNECT), read=options.timeout),
    }
    if secure:  # Reading the system's certificates takes a tenth of a second, which plain HTTP need not pay.
        if not options.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        settings["ssl_context"] = _tls_context(options)
        settings["cert_reqs"] = "CERT_REQUIRED" if options.validate_certs else "CERT_NONE"
    try:
        if proxy is None:
            pool = urllib3.PoolManager(**settings)
        else:
            pool = urllib3.ProxyManager(proxy, proxy_headers=_proxy_headers(proxy), **settings)
    # Before urllib3 1.26 (Ubuntu 20.04 has 1.25) the second is no kind of the first.
    except (urllib3.exceptions.HTTPError, urllib3.exceptions.ProxySchemeUnknown) as error:
        raise OptionError(
            f"{redact_url(proxy or '')} is no proxy that can be used: its URL must begin with http:// or https://",
            hint="See http_proxy, https_proxy, all_proxy and no_proxy in the environment",
        ) from error
    pool.pool_classes_by_scheme = pool_classes(direct=proxy is None)
    return pool


def _tls_context(options: TransportOptions) -> ssl.SSLContext:
    context = tls_context(
        options.validate_certs, options.ca_path, options.client_cert, options.client_key, options.environ
    )
    if getattr(urllib3, "__version__", "").startswith("1."):
        # It tells OpenSSL no name where the host is an IP address, and compares names by itself instead.
        context.check_hostname = False
    return context


def _proxy_headers(proxy: str) -> dict[str, str] | None:
    auth = urllib3.util.parse_url(proxy).auth
    if not auth:
        return None
    return {"Proxy-Authorization": "Basic " + base64.b64encode(unquote_to_bytes(auth)).decode("ascii")}
