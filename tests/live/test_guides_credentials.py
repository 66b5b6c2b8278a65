# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to credentials: at each vendor's name stands a registry that lets in exactly those whom the vendor would.

Where a vendor hands out tokens (Docker Hub, GHCR, ACR) a real token server does, elsewhere nginx asks for the password.
"""

from __future__ import annotations

import base64
import json
import shlex
import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.guide_world import Site, World, start_all, world_of
from tests.live.guides import Guide
from tests.live.test_guides import COMPANY, PAGES, ROBOT
from tests.support import install, registries
from tests.support.images import Pusher, build_image
from tests.support.nginx import start_nginx
from tests.support.tls import Authority
from tests.support.token_server import RunningTokenServer, start_token_server
from tests.support.wire import exchange

ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
GOOGLE = "europe-west1-docker.pkg.dev"
NOBODY = "00000000-0000-0000-0000-000000000000"
KEY = '{"type": "service_account", "private_key": "a key of Google\'s"}'
#: user -> password. The token server gives USER/... to a user.
TOKENS = {"acme": "dckr_pat_of_acme", "octo-org": "ghp_of_octo_org", "team": "secret of an Entra identity"}
PASSWORDS = {
    COMPANY: ROBOT,
    ECR: {"AWS": "a password of twelve hours"},
    GOOGLE: {"oauth2accesstoken": "ya29.token", "_json_key_base64": base64.b64encode(KEY.encode()).decode()},
    "quay.io": {"acme+ci": "ci-robot", "acme+release": "release-robot", "$oauthtoken": "oauth of an application"},
    "harbor.example.com": {"robot$shop+cleaner": "secret of Harbor's robot"},
    "registry.gitlab.com": {"gitlab+deploy-token-1": "gldt-token", "gitlab-ci-token": "glcbt-token"},
}
BEARERS = {"registry-1.docker.io": "acme", "ghcr.io": "octo-org", "acme.azurecr.io": "team"}
#: What is where; each has the tag v1.
CONTENT = (
    f"{COMPANY}/team/app",
    "registry-1.docker.io/acme/app",
    "ghcr.io/octo-org/app",
    "quay.io/acme/app",
    "quay.io/acme/secret/app",
    f"{GOOGLE}/acme-project/images/app",
    "acme.azurecr.io/team/app",
    "harbor.example.com/shop/app",
    "registry.gitlab.com/acme/app",
    "secure.example.com/team/app",
)
APP = build_image([b"the app"])


@dataclass(frozen=True)
class Vendors:
    """The world of the vendors, and the token server in it."""

    world: World
    tokens: RunningTokenServer

    def pusher(self, name: str) -> Pusher:
        """Plain requests to HOST/REPOSITORY."""
        host, _slash, repository = name.partition("/")
        plain = self.world.pusher(name)
        if host in BEARERS:
            user = BEARERS[host]
            plain.headers = self.tokens.token(user, TOKENS[user], f"repository:{repository}:pull,push,delete")
        return plain


@pytest.fixture
def vendors(authority: Authority, needs: Callable[..., None]) -> Iterator[Vendors]:
    needs("nginx", "htpasswd", "distribution2", "distribution3", "token-server", "openssl", "skopeo")
    with ExitStack() as stack:
        tokens = stack.enter_context(start_token_server(TOKENS))
        auth = tokens.auth(realm="https://auth.docker.io/token/")
        bearer = stack.enter_context(registries.start("distribution3", auth=auth))
        here, elsewhere = start_all(stack, "distribution3", "distribution2")
        mutual = start_nginx(
            elsewhere.address,
            server=authority.server("secure", names="DNS:secure.example.com"),
            client_authority=authority.certificate,
        )
        stack.enter_context(mutual)
        sites = {host: Site((here if host == COMPANY else elsewhere).address, who) for host, who in PASSWORDS.items()}
        sites |= {host: Site(bearer.address) for host in BEARERS}
        sites |= {"auth.docker.io": Site(tokens.address), "secure.example.com": Site(elsewhere.address)}
        world = stack.enter_context(world_of(sites, authority))
        world.proxy.servers["secure.example.com"] = mutual.address
        found = Vendors(world, tokens)
        for name in CONTENT:
            found.pusher(name).push(APP, "v1")
        yield found


@pytest.fixture
def guide(vendors: Vendors, authority: Authority, tmp_path: Path) -> Guide:
    """The page, with the programs that its reader has, and the secrets in the environment."""
    secrets = {
        "REGISTRY_PASSWORD": ROBOT["robot"],
        "HUB_TOKEN": TOKENS["acme"],
        "GITHUB_TOKEN": TOKENS["octo-org"],
        "QUAY_ROBOT_TOKEN": PASSWORDS["quay.io"]["acme+ci"],
        "QUAY_OAUTH_TOKEN": PASSWORDS["quay.io"]["$oauthtoken"],
        "HARBOR_ROBOT_SECRET": PASSWORDS["harbor.example.com"]["robot$shop+cleaner"],
        "GITLAB_DEPLOY_TOKEN": PASSWORDS["registry.gitlab.com"]["gitlab+deploy-token-1"],
        "CI_REGISTRY_PASSWORD": PASSWORDS["registry.gitlab.com"]["gitlab-ci-token"],
        "UNUSED_ECR": PASSWORDS[ECR]["AWS"],
        "UNUSED_GOOGLE": PASSWORDS[GOOGLE]["oauth2accesstoken"],
    }
    ci = {"CI_REGISTRY_USER": "gitlab-ci-token", "CI_REGISTRY_IMAGE": "registry.gitlab.com/acme/app"}
    etc = tmp_path / "etc-registry"
    page = Guide(
        PAGES / "guide_credentials.rst",
        tmp_path,
        {"/etc/registry": str(etc)},
        {**vendors.world.variables, **ci},
        secrets,
    )
    etc.mkdir()
    pair = authority.client("reader")
    for name, path in (("ca.pem", authority.certificate), ("client.pem", pair.certificate), ("client.key", pair.key)):
        shutil.copy(path, etc / name)
    (tmp_path / "service-account.json").write_text(KEY, encoding="utf-8")
    (tmp_path / ".vault-password").write_text("of the vault", encoding="utf-8")
    identity = vendors.tokens.refresh_token("team", TOKENS["team"])
    answering(page, "aws ecr get-login-password --region eu-central-1", PASSWORDS[ECR]["AWS"])
    answering(page, "gcloud auth print-access-token", PASSWORDS[GOOGLE]["oauth2accesstoken"])
    answering(page, "az acr login --name acme --expose-token --output tsv --query accessToken", identity)
    helping(page, "ecr-login", ECR, "AWS", PASSWORDS[ECR]["AWS"])
    helping(page, "gcr", GOOGLE, "oauth2accesstoken", PASSWORDS[GOOGLE]["oauth2accesstoken"])
    helping(page, "acr-env", "acme.azurecr.io", "<token>", identity)
    page.program("skopeo", f'exec {shlex.quote(str(install.require("skopeo")))} "$@"')
    return page


def answering(page: Guide, command: str, answer: str) -> None:
    """A vendor's program, which knows one command and prints a secret."""
    name, _space, arguments = command.partition(" ")
    page.program(name, f'[ "$*" = {shlex.quote(arguments)} ] && echo {shlex.quote(answer)}')


def helping(page: Guide, name: str, server: str, user: str, secret: str) -> None:
    """A credential helper, which knows one server."""
    answer = json.dumps({"ServerURL": server, "Username": user, "Secret": secret})
    script = f'read server\n[ "$1 $server" = {shlex.quote(f"get {server}")} ] && echo {shlex.quote(answer)}'
    page.program(f"docker-credential-{name}", script)


def test_credentials(vendors: Vendors, guide: Guide) -> None:
    vendors.pusher("harbor.example.com/shop/app").push(
        old := build_image([b"old"], created="2020-05-05T05:05:05Z"), "mr-1"
    )
    # The repository has to be there beforehand: with one image that is another.
    vendors.pusher(f"{ECR}/team/app").push(old, "v0")
    nobody_else_is_let_in(vendors)
    guide.run()
    guide.give("ansible-playbook -vvv --vault-password-file ~/.vault-password tags.yml")
    for name, tag in {
        f"{COMPANY}/mirror/app": "v1",
        "ghcr.io/octo-org/app": "stable",
        f"{ECR}/team/app": "v1",
        f"{GOOGLE}/acme-project/images/app": "production",
        "acme.azurecr.io/team/app": "stable",
        "quay.io/acme/app": "stable",
        "registry.gitlab.com/acme/app": "tested",
    }.items():
        assert vendors.pusher(name).digest(tag) == APP.digest, f"{name}:{tag}"
    assert vendors.pusher("harbor.example.com/shop/app").tags() == ["v1"]
    assert (guide.folder / "app" / "oci-layout").exists()
    assert "registry.example.com" not in (guide.folder / ".docker" / "config.json").read_text(encoding="utf-8")
    assert (guide.folder / "secrets.yml").read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;")


def nobody_else_is_let_in(vendors: Vendors) -> None:
    """Otherwise the guide's options would prove nothing."""
    anybody = ssl.create_default_context()
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    for host in {name.partition("/")[0] for name in CONTENT}:
        answer = exchange("GET", f"https://{vendors.world.proxy.servers[host]}/v2/", tls=anybody)
        assert answer.status == (400 if host == "secure.example.com" else 401), host
