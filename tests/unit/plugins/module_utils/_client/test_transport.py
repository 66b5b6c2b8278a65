# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its answer, through retries, redirects and proxies."""

from __future__ import annotations

import base64
import threading

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.body import BlocksBody, Body, BytesBody
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    ProtocolError,
    TransportError,
    VerificationError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.network_errors import (
    UnsentError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import Transport, TransportOptions
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    Reset,
    ScriptedServer,
    Silence,
)

SECRET = {"Authorization": "Bearer secret"}


@pytest.fixture
def transport():
    made = Transport(TransportOptions(timeout=10, retries=3))
    yield made
    made.close()


@pytest.fixture
def other():
    """Another server: the same host, but another port, so another origin."""
    with ScriptedServer() as running:
        yield running


def ask(transport, server, method="GET", path="/", **kwargs):
    with transport.request(method, server.url + path, **kwargs) as response:
        response.read(1_000_000)
        return response


def authorizations(server):
    return [request.headers.get("Authorization") for request in server.requests]


# Requests


def test_request_is_sent_as_it_is_asked_for(server, transport):
    server.on("PUT", "/x", Answer(201))
    ask(transport, server, "PUT", "/x?a=1", headers={"Content-Type": "text/plain"}, body=BytesBody(b"abc"))
    (request,) = server.requests
    assert (request.line, request.body) == ("PUT /x?a=1", b"abc")
    assert request.headers.get_all("Content-Length") == ["3"]
    assert request.headers.get_all("Content-Type") == ["text/plain"]
    assert request.headers.get_all("User-Agent") == ["regops.oci_registry"]
    assert "Transfer-Encoding" not in request.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("body", [None, BytesBody(b"")])
def test_no_body_is_a_body_of_no_length(server, transport, method, body):
    server.on(method, "/", Answer(202))
    ask(transport, server, method, body=body)
    assert server.requests[0].headers.get_all("Content-Length") == ["0"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_other_methods_say_nothing_of_a_body(server, transport, method):
    server.on(method, "/", Answer(200))
    ask(transport, server, method)
    assert "Content-Length" not in server.requests[0].headers


def test_headers_of_the_caller_are_left_alone(server, transport):
    server.on("GET", "/", Answer())
    headers = dict(SECRET)
    ask(transport, server, headers=headers)
    assert headers == SECRET


def test_cookies_are_not_kept(server, transport):
    # Harbor sets one, and takes the next write for one from its web interface: it wants a CSRF token then.
    server.on("GET", "/", Answer(200, {"Set-Cookie": "sid=1; Path=/"}))
    ask(transport, server)
    ask(transport, server)
    assert [request.headers.get("Cookie") for request in server.requests] == [None, None]


def test_netrc_is_not_read(server, transport, tmp_path, monkeypatch):
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    server.on("GET", "/", Answer())
    ask(transport, server)
    assert authorizations(server) == [None]


def test_threads_share_connections(server, transport):
    server.on("GET", "/*", Answer(200, None, b"x"))

    def work():
        for number in range(10):
            ask(transport, server, path="/%d" % number)

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 40
    assert len({request.connection for request in server.requests}) <= 4


# Retries


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_trouble_is_sat_out(server, transport, clock, status):
    server.on("GET", "/", Answer(status), Answer(status), Answer(200, None, b"ok"))
    assert ask(transport, server).read(10) == b"ok"
    assert len(server.requests) == 3
    assert len(clock.slept) == 2
    assert 0 < clock.slept[0] < clock.slept[1] < 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 416, 501, 505])
def test_lasting_trouble_is_answered_at_once(server, transport, clock, status):
    server.on("GET", "/", Answer(status))
    assert ask(transport, server).status == status
    assert len(server.requests) == 1
    assert clock.slept == []


def test_trouble_that_stays_is_the_answer(server, transport, clock):
    server.on("GET", "/", Answer(503, None, b"down"))
    response = ask(transport, server)
    assert (response.status, response.read(10)) == (503, b"down")
    assert len(server.requests) == 1 + 3
    assert clock.slept == sorted(clock.slept)


def test_no_retries_when_there_shall_be_none(server, clock):
    server.on("GET", "/", Answer(503))
    assert ask(Transport(TransportOptions(retries=0)), server).status == 503
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("Sun, 15 Jun 2025 15:07:10 GMT", 30),
        ("Sunday, 15-Jun-25 15:07:10 GMT", 30),
        ("Sun Jun 15 15:07:10 2025", 30),
        ("Sun, 15 Jun 2025 15:00:00 GMT", 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(server, transport, clock, status, value, seconds):
    server.on("GET", "/", Answer(status, {"Retry-After": value}), Answer())
    assert ask(transport, server).status == 200
    assert seconds <= sum(clock.slept) < seconds + 0.2


@pytest.mark.parametrize("value", ["", "soon", "-1", "1e400", "Sun, 99 Jun 2025 15:07:10 GMT"])
def test_retry_after_that_means_nothing_is_ignored(server, transport, clock, value):
    server.on("GET", "/", Answer(429, {"Retry-After": value}), Answer())
    assert ask(transport, server).status == 200
    assert sum(clock.slept) < 1


@pytest.mark.parametrize("value", ["21600", "Mon, 16 Jun 2025 15:07:10 GMT"])
def test_no_task_hangs_for_hours(server, transport, clock, value):
    server.on("GET", "/", Answer(429, {"Retry-After": value}))
    assert ask(transport, server).status == 429
    assert len(server.requests) == 1
    assert clock.slept == []


def test_one_answer_holds_all_requests_to_a_server(server, other, transport, clock):
    server.on("GET", "/a", Answer(429, {"Retry-After": "30"}), Answer())
    server.on("GET", "/b", Answer())
    other.on("GET", "/", Answer())
    held = threading.Event()
    sleep = clock.sleep

    def waiting(seconds):
        if threading.current_thread() is first:
            held.set()
            released.wait(10)
        sleep(seconds)

    released = threading.Event()
    first = threading.Thread(target=ask, args=(transport, server), kwargs={"path": "/a"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", waiting)
        first.start()
        assert held.wait(10)
        ask(transport, other)
        assert clock.slept == []  # another server is not held
        ask(transport, server, path="/b")
        assert clock.slept == [pytest.approx(30, abs=0.2)]
        released.set()
        first.join(10)


def test_a_fault_of_one_resource_holds_no_other(server, transport, clock):
    server.on("GET", "/broken", Answer(500))
    server.on("GET", "/", Answer())
    ask(transport, server, path="/broken")
    slept = list(clock.slept)
    ask(transport, server)
    assert clock.slept == slept


@pytest.mark.parametrize("status", [429, 500, 503])
def test_request_that_must_not_be_repeated_is_not(server, transport, clock, status):
    server.on("PATCH", "/", Answer(status, {"Retry-After": "1"}))
    assert ask(transport, server, "PATCH", body=BytesBody(b"abc"), retryable=False).status == status
    assert len(server.requests) == 1
    assert clock.slept == []


def test_body_that_cannot_be_had_again_is_sent_once(server, transport, clock):
    server.on("PUT", "/", Answer(503))
    assert ask(transport, server, "PUT", body=BlocksBody(iter([b"abc"]), 3)).status == 503
    assert len(server.requests) == 1


def test_body_that_cannot_be_had_again_is_not_sent_over_another_connection(server, transport, clock):
    server.on("PUT", "/", Reset())
    with pytest.raises(TransportError):
        ask(transport, server, "PUT", body=BlocksBody(iter([b"abc"]), 3))
    assert len(server.requests) == 1


def test_body_is_sent_whole_each_time(server, transport, clock):
    server.on("PUT", "/", Answer(503), Reset(), Answer(201))
    assert ask(transport, server, "PUT", body=BytesBody(b"abc")).status == 201
    assert [request.body for request in server.requests] == [b"abc"] * 3


def test_connection_that_is_reset_is_made_anew(server, transport, clock):
    server.on("GET", "/", Reset(), Reset(), Answer(200, None, b"ok"))
    assert ask(transport, server).read(10) == b"ok"
    assert len(clock.slept) == 2


def test_connection_that_is_reset_is_an_error_where_the_request_may_have_counted(server, transport, clock):
    server.on("PATCH", "/", Reset())
    with pytest.raises(TransportError) as caught:
        ask(transport, server, "PATCH", body=BytesBody(b"abc"), retryable=False)
    assert caught.value.retryable  # by the caller, who can find out what has become of it
    assert len(server.requests) == 1


def test_connection_that_stays_broken_is_an_error(server, transport, clock):
    server.on("GET", "/", Reset())
    with pytest.raises(TransportError, match="no answer from " + server.address):
        ask(transport, server)
    assert len(server.requests) == 1 + 3


def test_server_that_is_not_there_is_asked_again_whatever_the_request(transport, clock):
    with ScriptedServer() as gone:
        url = gone.url
    with pytest.raises(UnsentError, match="refused the connection"):
        transport.request("PATCH", url + "/", body=BytesBody(b"abc"), retryable=False)
    assert len(clock.slept) == 3


def test_answer_that_breaks_off_is_asked_for_again_when_it_is_read_here(server, transport, clock):
    server.on("GET", "/", Answer(200, None, b"abcdef", cut_after=3), Answer(200, None, b"abcdef"))
    assert transport.request("GET", server.url + "/", limit=100).read(100) == b"abcdef"


def test_answer_that_is_too_large_is_not_asked_for_again(server, transport, clock):
    server.on("GET", "/", Answer(200, None, b"abcdef"))
    with pytest.raises(ProtocolError, match="larger than the 5 bytes"):
        transport.request("GET", server.url + "/", limit=5)
    assert len(server.requests) == 1


def test_silence_is_an_error_in_time(server):
    server.on("GET", "/", Silence())
    with pytest.raises(TransportError, match=f"no answer from {server.address} within 0.2 seconds") as caught:
        ask(Transport(TransportOptions(timeout=0.2, retries=3)), server)
    assert "timeout" in caught.value.hint
    assert len(server.requests) == 1  # the time for trying again is over, too


def test_silence_in_the_middle_of_an_answer_is_an_error_in_time(server):
    def stall():
        yield b"abc"
        server.stopping.wait()

    server.on("GET", "/", Answer(200, None, chunks=stall()))
    with pytest.raises(TransportError, match="broke off: the rest of it did not come in time"):
        ask(Transport(TransportOptions(timeout=0.2, retries=3)), server)


class BrokenBody(Body):
    """A body whose source fails in the middle."""

    def __init__(self, error):
        self.error = error
        self.length = 6

    def __iter__(self):
        yield b"abc"
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (VerificationError("not what it should be"), VerificationError),
        (UnsentError("no way to the source", retryable=True), TransportError),
    ],
)
def test_failure_of_what_is_sent_is_not_one_of_the_server(server, transport, clock, error, kind):
    server.on("PUT", "/", Answer(201))
    with pytest.raises(kind, match=str(error)) as caught:
        ask(transport, server, "PUT", body=BrokenBody(error), retryable=False)
    # The server has half of it by now: this is no request that never left.
    assert not isinstance(caught.value, UnsentError)
    assert clock.slept == []


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_within_a_server_keeps_the_authorization(server, transport, status):
    server.on("GET", "/a", Answer(status, {"Location": "b?x=1"}))
    server.on("GET", "/b", Answer(200, None, b"ok"))
    response = ask(transport, server, path="/a", headers=SECRET)
    assert (response.read(10), response.url) == (b"ok", server.url + "/b?x=1")
    assert authorizations(server) == ["Bearer secret"] * 2


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_redirect_to_another_server_drops_the_authorization(server, other, transport, name):
    server.on("GET", "/a", Answer(307, {"Location": other.url + "/b"}))
    other.on("GET", "/b", Answer(307, {"Location": server.url + "/c"}))
    server.on("GET", "/c", Answer(200, None, b"ok"))
    response = ask(transport, server, path="/a", headers={name: "Bearer secret", "Range": "bytes=1-2"})
    assert response.read(10) == b"ok"
    assert authorizations(other) == [None]
    # and it is not picked up again on the way back: the other server chose where that leads
    assert authorizations(server) == ["Bearer secret", None]
    assert [request.headers.get("Range") for request in server.requests + other.requests] == ["bytes=1-2"] * 3


def test_redirect_with_a_body_sends_it_again(server, other, transport):
    server.on("PUT", "/a", Answer(307, {"Location": other.url + "/b"}))
    other.on("PUT", "/b", Answer(201))
    assert ask(transport, server, "PUT", "/a", body=BytesBody(b"abc"), headers=SECRET).status == 201
    assert [request.body for request in other.requests] == [b"abc"]
    assert authorizations(other) == [None]


def test_redirect_of_a_body_that_is_gone_is_an_error(server, other, transport):
    server.on("POST", "/a", Answer(307, {"Location": other.url + "/b"}))
    with pytest.raises(ProtocolError, match="cannot be sent twice"):
        ask(transport, server, "POST", "/a", body=BlocksBody([b"password=x"], 10))
    assert other.requests == []


def test_see_other_is_fetched(server, transport):
    server.on("POST", "/a", Answer(303, {"Location": "/b"}))
    server.on("GET", "/b", Answer(200, None, b"ok"))
    body = BlocksBody([b"abc"], 3)
    response = ask(transport, server, "POST", "/a", body=body, headers={"Content-Type": "text/plain", **SECRET})
    assert response.read(10) == b"ok"
    fetched = server.requests[1]
    assert "Content-Type" not in fetched.headers
    assert "Content-Length" not in fetched.headers
    assert fetched.headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_redirected_head_stays_one(server, transport, status):
    server.on("HEAD", "/a", Answer(status, {"Location": "/b"}))
    server.on("HEAD", "/b", Answer(200, {"Content-Length": "7"}))
    assert ask(transport, server, "HEAD", "/a").content_length == 7


def test_redirect_down_from_https_is_refused(tls, other):
    with ScriptedServer(tls.server_context()) as server:
        server.on("GET", "/", Answer(307, {"Location": other.url + "/"}))
        with pytest.raises(ProtocolError, match="from https to"):
            ask(Transport(TransportOptions(ca_path=tls.ca)), server)
    assert other.requests == []


def test_redirect_up_to_https_is_followed(tls, server):
    with ScriptedServer(tls.server_context()) as secure:
        server.on("GET", "/", Answer(301, {"Location": secure.url + "/"}))
        secure.on("GET", "/", Answer(200, None, b"ok"))
        assert ask(Transport(TransportOptions(ca_path=tls.ca)), server, headers=SECRET).read(10) == b"ok"
        assert authorizations(secure) == [None]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://[::1/", "http://user:secret@127.0.0.1/", "https://"]
)
def test_redirect_to_what_is_no_server_is_refused(server, transport, location):
    server.on("GET", "/", Answer(302, {"Location": location}))
    with pytest.raises(ProtocolError) as caught:
        ask(transport, server)
    assert "secret" not in str(caught.value)


def test_redirects_come_to_an_end(server, transport):
    server.on("GET", "/a", Answer(302, {"Location": "/b"}))
    server.on("GET", "/b", Answer(302, {"Location": "/a"}))
    with pytest.raises(ProtocolError, match="more than 10 redirects"):
        ask(transport, server, path="/a")
    assert len(server.requests) == 11


def test_redirect_to_nowhere_is_the_answer(server, transport):
    server.on("GET", "/", Answer(302))
    assert ask(transport, server).status == 302


def test_broken_target_of_a_redirect_is_asked_for_by_way_of_the_registry(server, other, transport, clock):
    # A signed URL is good for some minutes: a new one is had from who gave the first.
    server.on("GET", "/", Answer(307, {"Location": other.url + "/1"}), Answer(307, {"Location": other.url + "/2"}))
    other.on("GET", "/1", Reset())
    other.on("GET", "/2", Answer(200, None, b"ok"))
    assert ask(transport, server).read(10) == b"ok"


# Warnings


def test_warnings_are_gathered_once_each_in_order(server, transport, clock):
    server.on("GET", "/a", Answer(200, [("Warning", '299 - "one"'), ("Warning", '299 - "two"')]))
    server.on("GET", "/b", Answer(200, {"Warning": '299 - "two", 299 - "three"'}))
    ask(transport, server, path="/a")
    ask(transport, server, path="/b")
    ask(transport, server, path="/a")
    assert transport.warnings == ["one", "two", "three"]


def test_warnings_of_redirects_and_of_errors_count(server, transport, clock):
    server.on("GET", "/a", Answer(307, {"Warning": '299 - "moved"', "Location": "/b"}))
    server.on("GET", "/b", Answer(503, {"Warning": '299 - "tired"'}), Answer(404, {"Warning": '299 - "gone"'}))
    assert ask(transport, server, path="/a").status == 404
    assert transport.warnings == ["moved", "tired", "gone"]


# Proxies


def test_proxy_is_asked_for_the_whole_url(server):
    server.on("GET", "/v2/", Answer(200, None, b"ok"))
    environ = {"http_proxy": server.url, "no_proxy": "other.example"}
    transport = Transport(TransportOptions(environ=environ))
    with transport.request("GET", "http://registry.example:5000/v2/?n=1") as response:
        assert response.read(10) == b"ok"
    assert server.lines == ["GET http://registry.example:5000/v2/?n=1"]
    assert server.requests[0].headers["Host"] == "registry.example:5000"


def test_proxy_learns_its_own_password_and_no_other(server):
    server.on("GET", "/v2/", Answer())
    proxy = server.url.replace("://", "://us%40er:p%C3%A4ss%3Aword@")
    Transport(TransportOptions(environ={"http_proxy": proxy})).request("GET", "http://registry.example/v2/").close()
    (request,) = server.requests
    scheme, value = request.headers["Proxy-Authorization"].split()
    assert (scheme, base64.b64decode(value).decode()) == ("Basic", "us@er:p\u00e4ss:word")
    assert "Authorization" not in request.headers


def test_proxy_tunnels_https(server):
    server.on("CONNECT", "*", Answer(403))
    transport = Transport(TransportOptions(environ={"https_proxy": server.url}, retries=0))
    with pytest.raises(TransportError, match="no connection through the proxy") as caught:
        transport.request("GET", "https://registry.example/v2/", SECRET)
    assert server.lines == ["CONNECT registry.example:443"]
    assert authorizations(server) == [None]
    assert "https_proxy" in caught.value.hint


def test_proxy_of_the_process_is_not_that_of_the_task(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.on("GET", "/", Answer())
    assert ask(Transport(TransportOptions(environ={})), server).status == 200


@pytest.mark.parametrize("proxy", ["socks5://user:secret@127.0.0.1:1080", "ftp://127.0.0.1", "http://127.0.0.1:port"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_cannot_be_used_is_told_before_anything_is_sent(proxy, scheme, clock):
    transport = Transport(TransportOptions(environ={"all_proxy": proxy}))
    with pytest.raises(OptionError, match="is no proxy that can be used") as caught:
        transport.request("GET", scheme + "://registry.example/v2/")
    assert "secret" not in str(caught.value)
    assert clock.slept == []


def test_close_ends_the_connections(server, transport):
    server.on("GET", "/", Answer())
    ask(transport, server)
    transport.close()
    ask(transport, server)
    assert len({request.connection for request in server.requests}) == 2
