# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which proxy the environment asks for.

Pure, over a mapping: a task's `environment` counts, not only that of the process, and the standard library's
`proxy_bypass` would ask macOS's system settings, which is not safe in a forked worker.
"""

from __future__ import annotations

import ipaddress
from typing import Mapping
from urllib.parse import urlsplit

from .addresses import origin
from .reach import is_loopback


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy URL for `url` from http_proxy, https_proxy, all_proxy and no_proxy (lower case wins), or None.

    A proxy without a scheme is one over http, as curl reads it. This machine is asked through a proxy on this machine
    only: what localhost is to any other is another machine.
    """
    scheme, host, port = origin(url)
    proxy = _value(environ, scheme + "_proxy") or _value(environ, "all_proxy")
    if not proxy or _bypassed(host, port, _value(environ, "no_proxy")):
        return None
    proxy = proxy if "://" in proxy else "http://" + proxy
    return None if is_loopback(host) and not is_loopback(_host_of(proxy)) else proxy


def _host_of(proxy: str) -> str:
    try:
        return urlsplit(proxy).hostname or ""
    except ValueError:
        return ""  # whoever connects to it says that it is malformed


def _value(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _bypassed(host: str, port: int | None, no_proxy: str) -> bool:
    host = host.lower().rstrip(".")
    for entry in no_proxy.replace(",", " ").lower().split():
        if entry == "*" or _matches_network(host, entry):
            return True
        name, colon, wanted_port = entry.rpartition(":")
        if colon and wanted_port.isdigit() and not name.endswith(":"):
            if str(port) != wanted_port:
                continue
        else:
            name = entry
        domain = name.lstrip("*").strip(".").strip("[]")
        if domain and (host == domain or host.endswith("." + domain)):
            return True
    return False


def _matches_network(host: str, entry: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return False
