# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx in front of a registry: TLS, user names and passwords, client certificates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import install
from .accounts import write_htpasswd
from .process import LOOPBACK, RunningServer, start_server
from .tls import KeyPair
from .wire import answers, base_url

_CONFIGURATION = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {address}{ssl};
        {security}
        client_max_body_size 0;
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_buffering off;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            {authorization}
        }}
    }}
}}
"""


class RunningNginx(RunningServer):
    """nginx that answers at `url`; `address` is HOST:PORT as it stands in an image name."""

    scheme = "http"

    @property
    def url(self) -> str:
        """https://HOST:PORT, or http:// when it was started without a certificate."""
        return f"{self.scheme}://{self.address}"


class _RunningTlsNginx(RunningNginx):
    scheme = "https"


def start_nginx(
    upstream: str,
    *,
    server: KeyPair | None = None,
    accounts: Mapping[str, str] | None = None,
    client_authority: Path | None = None,
    headers: Mapping[str, str] | None = None,
) -> RunningNginx:
    """Start nginx in front of `upstream` (HOST:PORT or a URL) and return it when it answers.

    server: speak TLS with this certificate. accounts: demand one of these (user -> password). client_authority:
    demand a client certificate that this one (PEM) has signed. headers: put these into every answer.
    Raises SupportError when nginx is missing or does not start.
    """
    program = install.require("nginx")

    def command(port: int, folder: Path) -> Sequence[str]:
        configuration = _CONFIGURATION.format(
            # Otherwise the workers of a root's nginx may not enter the folder, which is root's.
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            address=f"{LOOPBACK}:{port}",
            ssl=" ssl" if server else "",
            upstream=base_url(upstream),
            security="\n        ".join(
                [*_security(folder, server, accounts, client_authority), *_headers(headers or {})]
            ),
            # A registry that sits behind this password takes no other from its clients.
            authorization='proxy_set_header Authorization "";' if accounts else "",
        )
        (folder / "nginx.conf").write_text(configuration, encoding="utf-8")
        return [str(program), "-c", str(folder / "nginx.conf"), "-p", str(folder)]

    kind = _RunningTlsNginx if server else RunningNginx
    return start_server("nginx", command, lambda port: _listens(port, server is not None), kind)


def _security(
    folder: Path, server: KeyPair | None, accounts: Mapping[str, str] | None, client_authority: Path | None
) -> list[str]:
    lines = []
    if server:
        lines += [f"ssl_certificate {server.certificate};", f"ssl_certificate_key {server.key};"]
    if client_authority:
        lines += [f"ssl_client_certificate {client_authority};", "ssl_verify_client on;"]
    if accounts:
        htpasswd = write_htpasswd(folder / "htpasswd", accounts)
        lines += ['auth_basic "registry";', f"auth_basic_user_file {htpasswd};"]
    return lines


def _headers(headers: Mapping[str, str]) -> list[str]:
    return [f'add_header {name} "{value}" always;' for name, value in headers.items()]


def _listens(port: int, tls: bool) -> bool:
    """Tell whether nginx answers; who it is does not matter here, so an expired certificate will do."""
    context = None
    if tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return answers(f"{'https' if tls else 'http'}://{LOOPBACK}:{port}/v2/", tls=context)
