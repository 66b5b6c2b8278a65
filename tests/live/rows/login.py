# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""registry_login. These registries ask nobody for a password; test_login_module.py meets some that do."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.live.idempotence import Row, Scene
from tests.live.rows.scenery import Options
from tests.support.modules import ModuleRun

OTHERS: dict[str, Any] = {
    "HttpHeaders": {"X": "1"},
    "auths": {"z.example.com": {"auth": "YTpi", "email": "a@b"}},
    "currentContext": "c",
}
ROBOT = {"username": "robot", "password": "beep"}


def entry(username: str = "robot", password: str = "beep") -> dict[str, str]:
    return {"auth": base64.b64encode(f"{username}:{password}".encode()).decode()}


def login(**more: Any) -> Options:
    return lambda scene: {**logout(scene), **ROBOT, **more}


def logout(scene: Scene) -> Mapping[str, Any]:
    return {"registry": scene.recorder.address, "auth_file": str(scene.folder / "auth" / "config.json")}


def config(scene: Scene, entries: Mapping[str, Any]) -> dict[str, Any]:
    return {**OTHERS, "auths": {**OTHERS["auths"], **entries}}


def file_has(mode: int = 0o600, **named: Any) -> Callable[[Scene], None]:
    """A file with other entries, and with one for the registry."""

    def prepare(scene: Scene) -> None:
        folder = scene.folder / "auth"
        folder.mkdir()
        entries = {scene.recorder.address: named["entry"]} if named else {}
        (folder / "config.json").write_text(json.dumps(config(scene, entries)))
        (folder / "config.json").chmod(mode)

    return prepare


def written(scene: Scene, run: ModuleRun) -> None:
    path = scene.folder / "auth" / "config.json"
    assert json.loads(path.read_text()) == {"auths": {scene.recorder.address: entry()}}
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def kept(scene: Scene, run: ModuleRun) -> None:
    path = scene.folder / "auth" / "config.json"
    # As text: the order counts as well.
    assert json.dumps(json.loads(path.read_text())) == json.dumps(config(scene, {scene.recorder.address: entry()}))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "beep" not in json.dumps(run.result.get("diff"))


def dropped(scene: Scene, run: ModuleRun) -> None:
    path = scene.folder / "auth" / "config.json"
    assert json.dumps(json.loads(path.read_text())) == json.dumps(OTHERS)


def no_file(scene: Scene, run: ModuleRun) -> None:
    assert not (scene.folder / "auth").exists()


MODULE = "registry_login"

ROWS: Sequence[Row] = (
    Row(MODULE, "no file yet", login(), ("login",), verify=written, state="present"),
    Row(MODULE, "beside others", login(), ("login",), file_has(), kept, "present"),
    Row(MODULE, "unchecked", login(check=False), ("login",), file_has(), kept, "present"),
    Row(MODULE, "another password", login(), ("login",), file_has(entry=entry(password="bop")), kept, "present"),
    Row(MODULE, "another user", login(), ("login",), file_has(entry=entry("human")), kept, "present"),
    Row(MODULE, "others may read it", login(), ("login",), file_has(0o644, entry=entry()), kept, "present"),
    Row(MODULE, "there already", login(), (), file_has(entry=entry()), kept, "present"),
    Row(MODULE, "there", logout, ("logout",), file_has(entry=entry()), dropped, "absent"),
    Row(MODULE, "not there", logout, (), file_has(), dropped, "absent"),
    Row(MODULE, "no file", logout, (), verify=no_file, state="absent"),
)
