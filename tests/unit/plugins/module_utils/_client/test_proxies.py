# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which proxy the environment asks for."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.proxies import proxy_for

PROXY = "http://proxy.example:3128"
HTTPS = "https://registry.example/v2/"
HTTP = "http://registry.example:5000/v2/"


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, HTTPS, None),
        ({"https_proxy": PROXY}, HTTPS, PROXY),
        ({"https_proxy": PROXY}, HTTP, None),
        ({"http_proxy": PROXY}, HTTP, PROXY),
        ({"http_proxy": PROXY}, HTTPS, None),
        ({"HTTPS_PROXY": PROXY}, HTTPS, PROXY),
        ({"HTTPS_PROXY": "http://upper.example", "https_proxy": PROXY}, HTTPS, PROXY),
        ({"all_proxy": PROXY}, HTTPS, PROXY),
        ({"ALL_PROXY": PROXY}, HTTP, PROXY),
        ({"all_proxy": "http://all.example", "https_proxy": PROXY}, HTTPS, PROXY),
        ({"https_proxy": "", "HTTPS_PROXY": ""}, HTTPS, None),
        ({"https_proxy": "  " + PROXY + " "}, HTTPS, PROXY),
        ({"https_proxy": "proxy.example:3128"}, HTTPS, PROXY),
        ({"https_proxy": "user:pw@proxy.example:3128"}, HTTPS, "http://user:pw@proxy.example:3128"),
        # this machine is asked through a proxy that is on it, and no other
        ({"http_proxy": "http://localhost:3128"}, "http://127.0.0.1:5000/v2/", "http://localhost:3128"),
        ({"http_proxy": "127.0.0.1:3128"}, "http://localhost:5000/v2/", "http://127.0.0.1:3128"),
        ({"http_proxy": "http://localhost:3128", "no_proxy": "localhost"}, "http://localhost:5000/v2/", None),
        ({"http_proxy": PROXY}, "http://localhost:5000/v2/", None),
        ({"http_proxy": PROXY}, "http://127.0.0.1:5000/v2/", None),
        ({"all_proxy": PROXY}, "https://[::1]:5000/v2/", None),
        ({"http_proxy": "http://[::1"}, "http://localhost:5000/v2/", None),
        ({"http_proxy": "http://"}, "http://localhost:5000/v2/", None),
        ({"http_proxy": "http://[::1"}, HTTP, "http://[::1"),
    ],
)
def test_proxy_of_the_environment(environ, url, proxy):
    assert proxy_for(url, environ) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("*", HTTPS),
        ("a.example, *", HTTPS),
        ("registry.example", HTTPS),
        ("REGISTRY.example", HTTPS),
        ("registry.example", "https://Registry.Example/v2/"),
        ("registry.example.", HTTPS),
        ("registry.example", "https://registry.example./v2/"),
        ("example", HTTPS),
        (".example", HTTPS),
        ("*.example", HTTPS),
        ("a.example,registry.example,b.example", HTTPS),
        ("a.example registry.example", HTTPS),
        (" a.example , registry.example ", HTTPS),
        ("registry.example:5000", HTTP),
        ("registry.example:443", HTTPS),
        ("registry.example:80", "http://registry.example/v2/"),
        (".example:5000", HTTP),
        ("10.1.2.3", "https://10.1.2.3:5000/v2/"),
        ("10.0.0.0/8", "https://10.1.2.3:5000/v2/"),
        ("192.168.0.0/16,10.0.0.0/8", "https://10.1.2.3/v2/"),
        ("10.1.2.0/255.255.255.0", "https://10.1.2.3/v2/"),
        ("10.1.2.3:5000", "https://10.1.2.3:5000/v2/"),
        ("2001:db8::1", "https://[2001:db8::1]:5000/v2/"),
        ("[2001:db8::1]", "https://[2001:db8::1]/v2/"),
        ("[2001:db8::1]:5000", "https://[2001:db8::1]:5000/v2/"),
        ("2001:db8::/32", "https://[2001:db8::1]/v2/"),
    ],
)
def test_no_proxy_takes_a_host_out(no_proxy, url):
    environ = {"all_proxy": PROXY}
    assert proxy_for(url, environ) == PROXY
    assert proxy_for(url, {**environ, "no_proxy": no_proxy}) is None
    assert proxy_for(url, {**environ, "NO_PROXY": no_proxy}) is None


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("", HTTPS),
        (",", HTTPS),
        (".", HTTPS),
        ("other.example", HTTPS),
        ("gistry.example", HTTPS),
        ("example.com", HTTPS),
        ("a.registry.example", HTTPS),
        ("registry.example:5001", HTTP),
        ("registry.example:80", HTTPS),
        ("10.0.0.0/8", "https://11.1.2.3/v2/"),
        ("10.0.0.0/8", "https://10.example/v2/"),
        ("10.0.0.0/99", "https://10.1.2.3/v2/"),
        ("10.1.2.3:5001", "https://10.1.2.3:5000/v2/"),
        ("2001:db8::2", "https://[2001:db8::1]/v2/"),
        ("[2001:db8::1]:5001", "https://[2001:db8::1]:5000/v2/"),
        ("2001:db8::/32", "https://10.1.2.3/v2/"),
    ],
)
def test_no_proxy_leaves_other_hosts_in(no_proxy, url):
    assert proxy_for(url, {"all_proxy": PROXY, "no_proxy": no_proxy}) == PROXY
