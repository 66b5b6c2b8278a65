# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may lead where: outwards and sideways, never inwards."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.addresses import resolve_location
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import ProtocolError, TransportError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reach import (
    LINK,
    LOOPBACK,
    PRIVATE,
    PUBLIC,
    is_loopback,
    reach_of_address,
    reach_of_host,
    refusal,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import Transport, TransportOptions
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("registry.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("notlocalhost", False),
        ("localhost.example", False),
        ("128.0.0.1", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_is_loopback(host, loopback):
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("host", "reach"),
    [
        ("localhost", LOOPBACK),
        ("127.0.0.1", LOOPBACK),
        ("[::1]", LOOPBACK),
        ("::ffff:127.0.0.1", LOOPBACK),
        # what the system's resolver takes for addresses, too
        ("127.1", LOOPBACK),
        ("2130706433", LOOPBACK),
        ("0x7f000001", LOOPBACK),
        ("0177.0.0.1", LOOPBACK),
        ("127.0.0.1.", LOOPBACK),
        ("\uff11\uff12\uff17.0.0.1", LOOPBACK),
        ("127\u30020\u30020\u30021", LOOPBACK),
        ("169.254.169.254", LINK),
        ("2852039166", LINK),
        ("0xA9FEA9FE", LINK),
        ("0251.0376.0251.0376", LINK),
        ("::ffff:a9fe:a9fe", LINK),
        ("::a9fe:a9fe", LINK),
        ("64:ff9b::169.254.169.254", LINK),
        ("2002:a9fe:a9fe::1", LINK),
        ("fe80::1", LINK),
        ("0.0.0.0", LINK),
        ("0", LINK),
        ("::", LINK),
        ("fd00:ec2::254", LINK),
        ("100.100.100.200", LINK),
        ("168.63.129.16", LINK),
        ("10.0.0.1", PRIVATE),
        ("172.17.0.1", PRIVATE),
        ("192.168.1.1", PRIVATE),
        ("100.64.0.1", PRIVATE),
        ("fd00::1", PRIVATE),
        ("1.1.1.1", PUBLIC),
        ("2606:4700::1111", PUBLIC),
        ("registry.example", None),
        ("", None),
        ("10.0.0.1.example", None),
        ("a" * 300, None),
        ("\udcff", None),
    ],
)
def test_a_host_that_is_written_as_an_address(host, reach):
    assert reach_of_host(host) == reach


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    assert reach_of_host(text) in (LINK, LOOPBACK, PRIVATE, PUBLIC, None)


@given(st.ip_addresses())
def test_each_address_has_a_reach_that_its_spelling_does_not_change(address):
    reach = reach_of_address(str(address))
    assert reach_of_host(str(address)) == reach
    if address.version == 4:
        assert reach_of_host(str(int(address))) == reach_of_address(f"::ffff:{address}") == reach


def test_a_zone_is_not_part_of_an_address():
    assert reach_of_address("fe80::1%eth0") == LINK


@pytest.mark.parametrize(
    ("asker", "allowed"),
    [
        (PUBLIC, {PUBLIC}),
        (PRIVATE, {PUBLIC, PRIVATE}),
        (LOOPBACK, {PUBLIC, PRIVATE, LOOPBACK}),
        (LINK, {PUBLIC, PRIVATE}),
    ],
)
def test_who_may_lead_where(asker, allowed):
    assert {reach for reach in (LINK, LOOPBACK, PRIVATE, PUBLIC) if refusal(asker, reach) is None} == allowed


def test_a_certificate_proves_a_name_in_a_private_network_and_nothing_further_inside():
    assert refusal(PUBLIC, PRIVATE, is_proven=True) is None
    assert refusal(PUBLIC, LOOPBACK, is_proven=True)
    assert refusal(LOOPBACK, LINK, is_proven=True)


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        # a registry in a private network with its token server or storage there
        ("https://10.0.0.1/v2/", "https://10.0.0.2/token"),
        ("http://192.168.0.1:5000/v2/", "http://172.16.0.1/token"),
        # whether a name is in such a network is known when it has been connected to
        ("https://registry.example/v2/", "https://10.0.0.2/token"),
        # a port of this machine that leads to a registry elsewhere
        ("http://localhost:5000/v2/", "http://10.0.0.2/token"),
        ("http://10.0.0.1/v2/", "https://storage.example/x"),
    ],
)
def test_a_private_registry_may_name_its_neighbours(asked, location):
    assert resolve_location(asked, location) == location


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("https://1.1.1.1/v2/", "https://10.0.0.2/token"),
        ("https://1.1.1.1/v2/", "https://[fd00::1]/token"),
        ("https://1.1.1.1/v2/", "https://167772162/token"),
        ("https://registry.example/v2/", "https://0x7f.1/"),
        ("http://127.0.0.1/v2/", "http://2852039166/latest/meta-data/"),
        ("http://10.0.0.1/v2/", "http://[64:ff9b::a9fe:a9fe]/"),
    ],
)
def test_nobody_leads_inwards(asked, location):
    with pytest.raises(ProtocolError, match="an address .*: refused"):
        resolve_location(asked, location)


class Names:
    """A resolver of names, as anybody may run one: `known` says where they lead."""

    def __init__(self, monkeypatch, known):
        self.known = known
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)

    def look_up(self, host, *args, **kwargs):
        return self._real(self.known.get(host, host), *args, **kwargs)


class TestNames:
    """What a name leads to is known when it has been connected to, and nothing is sent before."""

    @pytest.fixture
    def transport(self):
        made = Transport(TransportOptions(timeout=3, retries=0))
        yield made
        made.close()

    @pytest.fixture
    def names(self, monkeypatch):
        return Names(monkeypatch, {"registry.test": "127.0.0.1", "attacker.test": "127.0.0.1"})

    def test_a_public_server_that_names_this_machine_is_refused_before_anything_is_sent(self, transport, names):
        with ScriptedServer() as inside:
            url = f"http://attacker.test:{inside.port}/"
            with pytest.raises(ProtocolError, match="an address of this machine: refused"):
                transport.request("GET", url, {"X-Secret": "s"}, named_by="https://registry.example/v2/")
            assert inside.requests == []

    def test_a_connection_that_is_open_already_is_looked_at_as_well(self, transport, names):
        with ScriptedServer() as inside:
            inside.on("GET", "/", Answer())
            url = f"http://attacker.test:{inside.port}/"
            transport.request("GET", url).read(0)
            with pytest.raises(ProtocolError, match="refused"):
                transport.request("GET", url, named_by="https://registry.example/v2/")
            assert len(inside.requests) == 1

    def test_by_a_redirect_a_server_of_this_machine_may_name_another(self, transport, names):
        with ScriptedServer() as registry, ScriptedServer() as storage:
            registry.on("GET", "/", Answer(307, {"Location": f"http://attacker.test:{storage.port}/x"}))
            storage.on("GET", "/x", Answer(body=b"x"))
            assert transport.request("GET", f"http://registry.test:{registry.port}/").read(1) == b"x"

    def test_a_name_of_the_link_is_refused_whoever_gives_it(self, transport, monkeypatch):
        # The connection has to come about, so that what is at its other end is not really on the link.
        connections = "ansible_collections.regops.oci_registry.plugins.module_utils._client.connections"
        Names(monkeypatch, {"metadata.test": "127.0.0.1"})
        monkeypatch.setattr(f"{connections}.reach_of_address", lambda address: LINK)
        with ScriptedServer() as inside:
            with pytest.raises(ProtocolError, match="of a cloud's metadata: refused"):
                transport.request("GET", f"http://metadata.test:{inside.port}/", named_by="http://127.0.0.1/v2/")
            assert inside.requests == []

    def test_what_the_user_names_is_asked_wherever_it_is(self, transport, monkeypatch):
        connections = "ansible_collections.regops.oci_registry.plugins.module_utils._client.connections"
        monkeypatch.setattr(f"{connections}.reach_of_address", lambda address: LINK)
        with ScriptedServer() as server:
            server.on("GET", "/", Answer(body=b"x"))
            assert transport.request("GET", f"{server.url}/").read(1) == b"x"

    def test_an_address_that_is_not_asked_is_not_connected_to(self, transport):
        with pytest.raises(ProtocolError, match="refused"):
            transport.request("GET", "http://10.255.255.1:9/", named_by="https://1.1.1.1/v2/")
        with pytest.raises(TransportError):
            transport.request("GET", "http://127.0.0.1:9/", named_by="http://localhost/v2/")
