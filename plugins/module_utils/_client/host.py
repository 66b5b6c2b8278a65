# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host of a registry: ``host[:port]``, with Docker Hub's many names made one."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from .errors import ReferenceError_, quoted

DOCKER_HUB = "docker.io"

_DOCKER_HUB_ALIASES = frozenset(["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"])
_MAX_HOST = 253  # characters, RFC 1035 section 2.3.4 without the root's dot
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_IPV6 = re.compile(r"\[([0-9a-f:]{2,39})\]")
_PORT = re.compile(r"[0-9]{1,5}")


def is_host(text: str) -> bool:
    """Return whether the first part of a reference is a host, not a namespace on Docker Hub."""
    return text.lower() == "localhost" or "." in text or ":" in text or text.startswith("[")


def host_name(address: str) -> str:
    """Return the host of ``host[:port]`` without its port and, around an IPv6 address, without brackets."""
    return _split_port(address)[0].strip("[]")


def normalize_host(text: str, context: str) -> str:
    """Return ``text``, ``host[:port]``, in lower case, Docker Hub under any of its names as ``docker.io``.

    Host names are compared without regard to case (RFC 3986 section 3.2.2). ``context`` is what the user wrote, for
    the error: :class:`ReferenceError_` for a malformed host or port.
    """
    lower = text.lower()
    host, colon, port = _split_port(lower)
    # Lower-casing turns some letters that are not ASCII, such as the Kelvin sign, into ASCII ones.
    if not text.isascii() or not _is_well_formed(host):
        raise ReferenceError_(
            f"Malformed registry host {quoted(text)} in {quoted(context)}: expected a name, an IPv4 address or an IPv6 "
            "address in brackets, and perhaps a port",
        )
    if colon and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
        raise ReferenceError_(f"Malformed port {quoted(port)} in {quoted(context)}: expected a number from 1 to 65535")
    return DOCKER_HUB if lower in _DOCKER_HUB_ALIASES else lower


def _split_port(text: str) -> tuple[str, str, str]:
    """Split ``host[:port]`` in host, colon and port; the colons within brackets belong to the host."""
    head, bracket, tail = text.rpartition("]")
    name, colon, port = tail.partition(":")
    return head + bracket + name, colon, port


def _is_well_formed(host: str) -> bool:
    if len(host) > _MAX_HOST:
        return False
    address = _IPV6.fullmatch(host)  # neither zone identifiers nor embedded IPv4, as in distribution/reference
    if address:
        return _is_ipv6(address.group(1))
    return _NAME.fullmatch(host) is not None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
