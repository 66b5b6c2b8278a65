# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far inside an address is, and whether what a server names may be asked from here.

Whoever answers a request can name the next address that is asked (Location, realm, the URLs of foreign layers), and so
have this machine ask what he cannot reach himself. The rule: an answer leads outwards or sideways, never inwards. A
registry in a private network may name any other private address; one in public may not. docs/security.md has the table.
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from functools import lru_cache
from typing import Union

LINK = 0
"""The link that this machine is on, and where clouds answer their guests: nobody is led there."""
LOOPBACK = 1
"""This machine."""
PRIVATE = 2
"""A network that is not the internet (RFC 1918, RFC 4193, RFC 6598 and the like)."""
PUBLIC = 3

_IN_WORDS = {
    LINK: "an address of this machine's own link, or of a cloud's metadata",
    LOOPBACK: "an address of this machine",
    PRIVATE: "an address in a private network",
}
# Metadata services that are not link-local: Alibaba, AWS (IPv6), Azure, Google (IPv6), Oracle.
_METADATA = frozenset(("100.100.100.200", "fd00:ec2::254", "168.63.129.16", "fd20:ce::254", "192.0.0.192"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


def is_loopback(host: str) -> bool:
    """Whether a host name (no port) is this machine: localhost, *.localhost (RFC 6761), 127.0.0.0/8, ::1."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=512)  # Each request asks for its server.
def reach_of_address(address: str) -> int:
    """How far inside an IP address is, as a socket tells it (with the zone of IPv6). Raises ValueError for a name."""
    return _reach(ipaddress.ip_address(address.partition("%")[0]))


@lru_cache(maxsize=512)
def reach_of_host(host: str) -> int | None:
    """How far inside a host of a URL is that is written as an address, in whatever spelling; None for a name.

    The system reads 0x7f.1, 2130706433 and 0177.0.0.1 as addresses, too (inet_aton), and full-width digits as digits.
    """
    if is_loopback(host):
        return LOOPBACK
    text = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip("[]").rstrip(".")
    try:
        return reach_of_address(text)
    except ValueError:
        pass
    try:
        return _reach(ipaddress.IPv4Address(socket.inet_aton(text)))
    except (OSError, ValueError):
        return None


def refusal(asker: int, target: int, is_proven: bool = False) -> str | None:
    """What in words forbids a server as far inside as `asker` to lead to one at `target`; None where it may.

    `is_proven`: a certificate says that the server has the name it was asked by. So nobody can be led to a machine of
    his choice in a private network, but to a storage service whose name leads to a private endpoint.
    """
    if target == PUBLIC or (target == PRIVATE and (asker <= PRIVATE or is_proven)):
        return None
    if target == LOOPBACK == asker:
        return None
    return _IN_WORDS[target]


def _reach(address: _Address) -> int:
    address = _carried(address)
    if address.is_link_local or address.is_unspecified or str(address) in _METADATA:
        return LINK
    if address.is_loopback:
        return LOOPBACK
    return PUBLIC if address.is_global else PRIVATE


def _carried(address: _Address) -> _Address:
    """The IPv4 address to which one of IPv6 leads: ::ffff:127.0.0.1, ::127.0.0.1, 64:ff9b::7f00:1, 2002:7f00:1::."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and (address in _NAT64 or 1 < int(address) < 2**32):
        carried = ipaddress.IPv4Address(int(address) & (2**32 - 1))
    return carried or address
