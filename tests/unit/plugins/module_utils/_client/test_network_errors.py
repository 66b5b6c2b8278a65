# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read when there is no answer, and which certificates are trusted."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError, TransportError
from ansible_collections.regops.oci_registry.plugins.module_utils._client.network_errors import (
    UnsentError,
    transport_error,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.transport import (
    Transport,
    TransportOptions,
)
from ansible_collections.regops.oci_registry.tests.unit.plugins.module_utils._client.scripted_server import (
    Answer,
    ScriptedServer,
)
from urllib3 import exceptions as http_errors


def get(url, **options):
    transport = Transport(TransportOptions(**{"timeout": 10, **options}))
    try:
        with transport.request("GET", url) as response:
            return response.read(1000)
    finally:
        transport.close()


def failure(url, **options):
    with pytest.raises(TransportError) as caught:
        get(url, **options)
    assert str(caught.value).startswith(f"GET {url}: ")
    assert (caught.value.method, caught.value.url, caught.value.status) == ("GET", url, None)
    return caught.value


@pytest.fixture
def secure(tls):
    """A server whose certificate is good for 127.0.0.1 and localhost."""
    with ScriptedServer(tls.server_context()) as server:
        server.on("GET", "/", Answer(200, None, b"ok"))
        yield server


@contextlib.contextmanager
def serving(certificate, tls, **kwargs):
    with ScriptedServer(tls.server_context(certificate, **kwargs)) as server:
        server.on("GET", "/", Answer(200, None, b"ok"))
        yield server


# Certificates


def test_certificate_of_an_unknown_authority_is_not_trusted(secure, clock):
    error = failure(secure.url + "/", environ={})
    assert f"the certificate of {secure.address} is not trusted: " in str(error)
    assert "ca_path" in error.hint
    assert (error.category, error.retryable) == ("tls", False)
    assert secure.requests == []
    assert clock.slept == []


def test_certificate_of_a_given_authority_is_trusted(secure, tls):
    assert get(secure.url + "/", ca_path=tls.ca) == b"ok"
    assert get(secure.url.replace("127.0.0.1", "localhost") + "/", ca_path=tls.ca) == b"ok"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authority_is_found_in_the_environment_of_the_task(secure, tls, name):
    assert get(secure.url + "/", environ={name: tls.ca}) == b"ok"


def test_given_authority_goes_before_that_of_the_environment(secure, tls, tmp_path):
    missing = str(tmp_path / "missing.pem")
    assert get(secure.url + "/", ca_path=tls.ca, environ={"REQUESTS_CA_BUNDLE": missing}) == b"ok"


def test_authorities_may_be_in_a_folder(secure, tls, tmp_path):
    (tmp_path / "ours.pem").write_text(Path(tls.ca).read_text())
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True)
    assert get(secure.url + "/", ca_path=str(tmp_path)) == b"ok"


def test_no_certificate_is_looked_at_when_none_shall_be(secure):
    assert get(secure.url + "/", validate_certs=False) == b"ok"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("names", ["DNS:other.example", "DNS:localhost.example,IP:127.0.0.2"])
def test_certificate_for_another_name_is_not_trusted(tls, host, names):
    with serving(tls.issue("other", "subjectAltName=" + names), tls) as server:
        error = failure(server.url.replace("127.0.0.1", host) + "/", ca_path=tls.ca)
    assert f"the certificate of {host}:{server.port} is not trusted: " in str(error)
    assert "names that the certificate is for" in error.hint
    assert error.category == "tls"


def test_certificate_that_has_expired_is_not_trusted(tls):
    with serving(tls.issue("old", days=-1), tls) as server:
        error = failure(server.url + "/", ca_path=tls.ca)
    assert "is not trusted: certificate has expired" in str(error)
    assert "renewed" in error.hint


def test_client_certificate_is_shown(tls):
    mine = tls.issue("client")
    with serving(None, tls, ask_client=True) as server:
        assert get(server.url + "/", ca_path=tls.ca, client_cert=mine.cert, client_key=mine.key) == b"ok"


def test_client_certificate_that_is_missing_is_told(tls, clock):
    with serving(None, tls, ask_client=True) as server:
        error = failure(server.url + "/", ca_path=tls.ca)
    assert error.category == "tls"
    assert "client_cert" in error.hint


def test_client_certificate_and_key_may_be_in_one_file(tls, tmp_path):
    mine = tls.issue("client")
    both = tmp_path / "both.pem"
    both.write_text(Path(mine.cert).read_text() + Path(mine.key).read_text())
    with serving(None, tls, ask_client=True) as server:
        assert get(server.url + "/", ca_path=tls.ca, client_cert=str(both)) == b"ok"


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
@pytest.mark.parametrize("option", ["ca_path", "REQUESTS_CA_BUNDLE"])
def test_authority_that_cannot_be_read_is_told_before_anything_is_sent(secure, tmp_path, option, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    options = {"ca_path": str(path)} if option == "ca_path" else {"environ": {option: str(path)}}
    with pytest.raises(OptionError, match=f"{option}: no certificates can be read from {path}"):
        get(secure.url + "/", **options)
    assert secure.requests == []


def test_client_certificate_that_cannot_be_read_is_told(secure, tls, tmp_path):
    mine = tls.issue("client")
    missing = str(tmp_path / "missing.key")
    with pytest.raises(OptionError, match=f"{mine.cert} and {missing}"):
        get(secure.url + "/", ca_path=tls.ca, client_cert=mine.cert, client_key=missing)


def test_client_key_with_a_password_is_told_and_asks_nobody(secure, tls, tmp_path):
    mine, locked = tls.issue("client"), str(tmp_path / "locked.key")
    command = ["openssl", "ec", "-aes256", "-passout", "pass:secret", "-in", mine.key, "-out", locked]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.raises(OptionError, match="no certificate with its key can be read") as caught:
        get(secure.url + "/", ca_path=tls.ca, client_cert=mine.cert, client_key=locked)
    assert "secret" not in str(caught.value)


# TLS that is none


def test_plain_server_does_not_speak_tls(server, clock):
    url = server.url.replace("http:", "https:") + "/"
    error = failure(url)
    assert f"{server.address} does not speak TLS" in str(error)
    assert "plain_http" in error.hint
    assert clock.slept == []


def test_server_that_ends_the_handshake_is_asked_again(clock):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        listener.settimeout(10)
        seen = []

        def serve():
            for _time in range(3):
                connection = listener.accept()[0]
                seen.append(connection.recv(1000))
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        error = failure(f"https://{address}/", retries=2)
        thread.join(10)
    assert f"{address} ended the TLS connection" in str(error)
    assert error.retryable
    assert len(seen) == 3


# Names and connections


@pytest.mark.parametrize(
    ("code", "text", "retryable"),
    [
        (socket.EAI_NONAME, "Name or service not known", False),
        (socket.EAI_AGAIN, "Temporary failure in name resolution", True),
    ],
)
def test_name_that_is_not_known(monkeypatch, clock, code, text, retryable):
    def resolve(*args, **kwargs):
        raise socket.gaierror(code, text)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    error = failure("https://registry.invalid/v2/", retries=2)
    assert f"the name registry.invalid is not known: {text}" in str(error)
    assert isinstance(error, UnsentError)
    assert (error.category, error.retryable, len(clock.slept)) == ("unreachable", retryable, 2 if retryable else 0)


def test_port_on_which_nobody_listens(clock):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
    error = failure(f"http://{address}/v2/")
    assert f"{address} refused the connection" in str(error)
    assert "running" in error.hint
    assert isinstance(error, UnsentError)


def test_connection_that_is_not_made_in_time():
    error = transport_error("GET", "https://h/v2/", http_errors.ConnectTimeoutError(None, "x"), 5)
    assert str(error) == "GET https://h/v2/: no connection to h within 5 seconds"
    assert isinstance(error, UnsentError)


def test_answer_that_does_not_come_in_time():
    error = transport_error("PUT", "https://h/v2/", http_errors.ReadTimeoutError(None, "/", "x"), 5)
    assert str(error).startswith("PUT https://h/v2/: no answer from h within 5 seconds")
    assert not isinstance(error, UnsentError)


def test_words_of_the_system_are_cleaned_and_hold_no_secret():
    cause = http_errors.ProtocolError("Connection aborted.", OSError(5, "bad\x1b[31m\r\nnews"))
    error = transport_error("GET", "https://user:secret@h/v2/?_state=secret", cause, 5)
    assert str(error) == "GET https://h/v2/?_state=***: no answer from h: [Errno 5] bad news"
