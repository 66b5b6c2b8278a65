# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy that makes a vendor of a real registry: rules on a recorder, and the doors that most vendors have."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.support.recorder import Changed, Intercept, Reader, RecordedRequest, Reply

USER, PASSWORD = "alice", "a token/of alice"
ACCOUNTS = {USER: PASSWORD}
#: What a vendor does with a request, or None where it does nothing of its own.
Rule = Callable[[RecordedRequest], "Reply | Reader | Changed | None"]
_PATH = re.compile(r"/v2/(?P<name>.+?)/(?P<kind>manifests|blobs|tags|referrers)/(?P<rest>.*)")
#: Whoever is let in has all rights in these repositories.
OWN = "alice/"


def by_rules(*rules: Rule) -> Intercept:
    """What a recorder does: the first answer counts; changes of what the registry says are all made."""

    def intercept(request: RecordedRequest) -> Reply | Reader | Changed | None:
        changed: Changed | None = None
        for rule in rules:
            decided = rule(request)
            if isinstance(decided, Changed):
                changed = decided if changed is None else _both(changed, decided)
            elif decided is not None:
                return decided
        return changed

    return intercept


def _both(one: Changed, other: Changed) -> Changed:
    return Changed(one.target or other.target, lambda reply: one.answer(other.answer(reply)))


def query(request: RecordedRequest) -> dict[str, str]:
    """The parameters of a request; what has no value is there, too."""
    return {key: values[0] for key, values in parse_qs(request.query, keep_blank_values=True).items()}


def repository_of(request: RecordedRequest) -> str | None:
    """The repository that a request is about."""
    found = _PATH.fullmatch(request.path)
    return found.group("name") if found else None


def is_about(request: RecordedRequest, kind: str) -> bool:
    """Whether a request is about manifests, blobs, tags or referrers."""
    found = _PATH.fullmatch(request.path)
    return found is not None and found.group("kind") == kind


def by_digest(request: RecordedRequest) -> bool:
    """Whether a request is about one manifest by its digest."""
    return is_about(request, "manifests") and "sha256:" in request.path


def is_listing(request: RecordedRequest) -> bool:
    """Whether a request is for tags or for the catalog."""
    return request.method == "GET" and (request.path.endswith("/tags/list") or request.path == "/v2/_catalog")


def reply_json(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer in JSON."""
    return Reply(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(document).encode())


def refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error as the distribution specification has it."""
    return reply_json({"errors": [{"code": code, "message": message}]}, status, headers)


def without(reply: Reply, *names: str) -> Reply:
    """An answer without these headers."""
    kept = {name: value for name, value in reply.headers.items() if name.lower() not in names}
    return replace(reply, headers=kept)


def with_json(reply: Reply, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Reply:
    """An answer with other JSON, where it is a good one."""
    if reply.status != 200:
        return reply
    return replace(reply, body=json.dumps(change(json.loads(reply.body))).encode())


def target(request: RecordedRequest, **parameters: str) -> str:
    """The target of a request with more parameters."""
    return f"{request.path}?{urlencode({**query(request), **parameters})}"


def login_of(request: RecordedRequest) -> tuple[str, str] | None:
    """The user name and the password that a request carries as Basic authorization."""
    scheme, _space, value = request.secrets.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    user, _colon, password = base64.b64decode(value).decode().partition(":")
    return user, password


@dataclass(frozen=True)
class BasicDoor:
    """Lets in who knows the password, by Basic authorization."""

    accounts: Mapping[str, str]
    realm: str
    bad: Reply | None = None

    def __call__(self, request: RecordedRequest) -> Reply | None:
        login = login_of(request)
        if login is not None and self.accounts.get(login[0]) == login[1]:
            return None
        asked = {"WWW-Authenticate": f"Basic {self.realm}"}
        challenge = refusal(401, "UNAUTHORIZED", "authentication required", asked)
        return challenge if login is None else self.bad or challenge


@dataclass
class TokenDoor:
    """Lets in who has a token for what is asked, and is the token server at `realm` as well.

    `delete` are the actions that a DELETE needs. `owners` has those who own other repositories than OWN, with what the
    names of these begin with. What begins with one of `everybody` all may read. `answer` makes an answer of a token.
    `refused` is said to a wrong password. `identities` are tokens that are worth a login at OAuth2, which `post`
    refuses altogether. `never` are actions that nobody is given. The scopes of the tokens that were asked for are in
    `scopes`, and who asked in `users`.
    """

    realm: str
    service: str | None
    accounts: Mapping[str, str]
    delete: str = "delete"
    owners: Mapping[str, str] = field(default_factory=dict)
    everybody: tuple[str, ...] = ()
    any_user: bool = False
    catalog: bool = True
    never: frozenset[str] = frozenset()
    answer: Callable[[str], dict[str, Any]] = lambda token: {"token": token}
    refused: Reply = field(default_factory=lambda: refusal(401, "UNAUTHORIZED", "incorrect username or password"))
    identities: frozenset[str] = frozenset()
    post: Reply | None = None
    scopes: list[str] = field(default_factory=list)
    users: list[str | None] = field(default_factory=list)

    def __call__(self, request: RecordedRequest) -> Reply | Reader | None:
        if self._is_ours(request):
            return self._post if request.method == "POST" else self._get(request)
        if request.path != "/v2" and not request.path.startswith("/v2/"):
            return None
        needed = self._needed(request)
        token = request.secrets.get("authorization", "")
        if token.startswith("Bearer ") and needed <= _granted(token[7:]):
            return None
        return refusal(401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": self._challenge(needed)})

    def _is_ours(self, request: RecordedRequest) -> bool:
        host, _slash, path = self.realm.rpartition("://")[2].partition("/")
        here = request.headers.get("host", "").partition(":")[0]
        return request.path == f"/{path}" and (not host or host.partition(":")[0] == here)

    def _challenge(self, needed: frozenset[str]) -> str:
        parts = [f'realm="{self.realm}"']
        parts += [f'service="{self.service}"'] if self.service is not None else []
        names: dict[str, list[str]] = {}
        for one in sorted(needed):
            names.setdefault(one.rpartition(":")[0], []).append(one.rpartition(":")[2])
        scopes = " ".join(f"{name}:{','.join(actions)}" for name, actions in names.items())
        return "Bearer " + ",".join([*parts, f'scope="{scopes}"'] if scopes else parts)

    def _needed(self, request: RecordedRequest) -> frozenset[str]:
        """The rights without which a request is refused, each as TYPE:NAME:ACTION."""
        if request.path == "/v2/_catalog":
            return frozenset({"registry:catalog:*"})
        name = repository_of(request)
        if name is None:
            # Whoever asks whether this is a registry has to show any token.
            return frozenset()
        actions = {"GET": ("pull",), "HEAD": ("pull",), "DELETE": self.delete.split(",")}.get(
            request.method, ("pull", "push")
        )
        if "/blobs/uploads/" in request.path:
            actions = ("pull", "push")
        return frozenset(f"repository:{name}:{action}" for action in actions)

    def _get(self, request: RecordedRequest) -> Reply:
        login = login_of(request)
        if login is not None and not self._knows(*login):
            return self.refused
        scopes = " ".join(parse_qs(request.query).get("scope", []))
        return self._give(login[0] if login else None, scopes)

    def _post(self, body: bytes) -> Reply:
        form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        if self.post is not None:
            return self.post
        if form.get("grant_type") != "refresh_token":
            return refusal(400, "UNSUPPORTED", "the grant type is not supported")
        if form.get("refresh_token") not in self.identities:
            return self.refused
        return self._give("an identity", form.get("scope", ""))

    def _knows(self, user: str, password: str) -> bool:
        return password in self.accounts.values() if self.any_user else self.accounts.get(user) == password

    def _give(self, user: str | None, scopes: str) -> Reply:
        self.scopes += scopes.split()
        self.users.append(user)
        granted = [right for scope in scopes.split() for right in _rights(scope) if self._may(user, right)]
        return reply_json(self.answer("t." + base64.urlsafe_b64encode(json.dumps(granted).encode()).decode()))

    def _may(self, user: str | None, right: str) -> bool:
        kind, name, action = right.split(":")
        if kind == "registry":
            return self.catalog and user is not None
        if action in self.never:
            return False
        if user is not None and name.startswith(self.owners.get(user, OWN)):
            return True
        return action == "pull" and name.startswith(self.everybody)


def _rights(scope: str) -> list[str]:
    """Each action of a scope on its own."""
    name, _colon, actions = scope.rpartition(":")
    return [f"{name}:{action}" for action in actions.split(",")]


def _granted(token: str) -> frozenset[str]:
    return frozenset(json.loads(base64.urlsafe_b64decode(token[2:])))


@dataclass(frozen=True)
class Play:
    """A vendor while a test lasts: its door, and what else it does."""

    door: BasicDoor | TokenDoor
    rules: tuple[Rule, ...] = ()
    is_last: bool = False

    @property
    def all(self) -> tuple[Rule, ...]:
        """All that it does: first it looks who is there, unless one of the rules does (`is_last`)."""
        return self.rules if self.is_last else (self.door, *self.rules)


@dataclass(frozen=True)
class Vendor:
    """What stands in a reference, the hosts where it answers, the real registry behind, its rules, which are made anew
    for each test of that registry's address, and the name of its user, which with some vendors is the same for all."""

    name: str
    hosts: tuple[str, ...]
    kind: str
    play: Callable[[str], Play]

    user: str = USER

    @property
    def login(self) -> dict[str, str]:
        """The options of whoever may do all that anybody may."""
        return {"username": self.user, "password": PASSWORD}
