# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task runs inside the controller, when as a module, and that users cannot tell one from the other."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.live.in_process import IN_PROCESS, MODULE, Controller
from tests.live.playbooks import TaskRun
from tests.support.images import Pusher, build_image
from tests.support.recorder import RecordedRequest, Recorder
from tests.support.registries import RunningRegistry

SECRET = "correct horse battery staple"


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    """A user's home."""
    return Controller(tmp_path)


@pytest.fixture
def image(distribution3: RunningRegistry, repository: str) -> str:
    """The name of an image that is there."""
    Pusher(distribution3.address, repository).push(build_image(), "v1")
    return f"{distribution3.address}/{repository}:v1"


def tag(image: str, *tags: str, **more: Any) -> dict[str, Any]:
    """A task that sets tags."""
    return {"regops.oci_registry.registry_tag": {"name": image, "tags": list(tags)}, **more}


def info(image: str, **more: Any) -> dict[str, Any]:
    """A task that only looks."""
    return {"regops.oci_registry.registry_manifest_info": {"name": image}, **more}


LOCAL = {"here": {"ansible_connection": "local"}}
OURS = {"here": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
FAR = {"far": {"ansible_connection": "elsewhere", "ansible_python_interpreter": sys.executable}}


class TestTheWay:
    """Inside the controller where the task runs there anyway, and where nobody wants it otherwise."""

    def test_on_localhost_and_on_hosts_with_a_local_connection(self, controller: Controller, image: str) -> None:
        assert controller.play([tag(image, "a")]).ways == [IN_PROCESS]
        assert controller.play([tag(image, "a")], hosts=LOCAL).ways == [IN_PROCESS]

    def test_the_option(self, controller: Controller, image: str) -> None:
        config = controller.folder / "ansible.cfg"
        config.write_text("[regops]\nin_process = never\n", encoding="utf-8")
        plays = controller.play([info(image), info(image, vars={"regops_in_process": "{{ 'au' + 'to' }}"})])
        assert plays.ways == [MODULE, IN_PROCESS]
        assert plays.reasons == ["regops_in_process is never"]
        assert controller.play([info(image)], environ={"REGOPS_IN_PROCESS": "auto"}).ways == [IN_PROCESS]
        wrong = controller.play([info(image, vars={"regops_in_process": "sometimes"})])
        assert wrong.tasks[0].failed
        assert "sometimes" in wrong.words and "auto" in wrong.words

    def test_delegation(self, controller: Controller, image: str) -> None:
        hosts = {**FAR, **LOCAL}
        tasks = [
            info(image, name="there"),
            info(image, name="delegated here", delegate_to="localhost"),
            info(image, name="delegated", delegate_to="{{ 'here' if inventory_hostname == 'far' else 'far' }}"),
        ]
        plays = controller.play(tasks, "--forks", "1", hosts=hosts, environ=controller.elsewhere())
        assert plays.ways == [MODULE, IN_PROCESS, IN_PROCESS, IN_PROCESS, IN_PROCESS, MODULE]
        assert plays.reasons == ["the connection is elsewhere"] * 2
        assert not any(task.failed for task in plays.tasks)

    def test_a_connection_plugin_of_the_users_that_is_called_local(self, controller: Controller, image: str) -> None:
        environ = controller.elsewhere()
        plugin = Path(environ["ANSIBLE_CONNECTION_PLUGINS"], "elsewhere.py")
        plugin.with_name("local.py").write_text(plugin.read_text().replace("elsewhere", "local"))
        plays = controller.play([info(image)], hosts=OURS, environ=environ)
        assert plays.ways == [MODULE]
        assert not plays.tasks[0].failed

    def test_become(self, controller: Controller, image: str) -> None:
        # sudo -H -S -n -u USER /bin/sh -c COMMAND
        sudo = controller.script("sudo", f'echo "$5" >> {controller.folder}/became; shift 5; exec "$@"')
        become = {"become": True, "become_user": getpass.getuser(), "vars": {"ansible_become_exe": str(sudo)}}
        environ = {"ANSIBLE_BECOME_ALLOW_SAME_USER": "true"}
        plays = controller.play([info(image, **become)], hosts=OURS, environ=environ)
        assert plays.ways == [MODULE]
        assert plays.reasons == ["the task becomes another user"]
        assert not plays.tasks[0].failed
        assert getpass.getuser() in (controller.folder / "became").read_text()

    def test_async(self, controller: Controller, image: str) -> None:
        # Ansible looks for this folder in another home than that of the environment.
        place = {"ansible_async_dir": str(controller.folder / "async")}
        # Of an interpreter in a folder with a space in its name, it makes two words for what is asynchronous.
        place["ansible_python_interpreter"] = str(controller.interpreter())
        plays = controller.play([{**tag(image, "later"), "async": 60, "poll": 1, "vars": place}])
        assert plays.reasons == ["the task is asynchronous"]
        assert plays.tasks[-1].result["finished"]
        assert plays.tasks[-1].result["tags"] == ["later"]

    def test_another_interpreter(self, controller: Controller, image: str) -> None:
        other = str(controller.interpreter())
        plays = controller.play(
            [
                info(image, name="other", vars={"ansible_python_interpreter": other}),
                info(image, name="auto", vars={"ansible_python_interpreter": "auto_silent"}),
                info(image, name="ours", vars={"ansible_python_interpreter": "{{ ansible_playbook_python }}"}),
                info(image, name="path", vars={"ansible_python_interpreter": sys.executable}),
            ],
            hosts=LOCAL,
        )
        assert plays.ways == [MODULE, IN_PROCESS, IN_PROCESS, IN_PROCESS]
        assert plays.reasons == [f"the interpreter is {other}"]
        assert not any(task.failed for task in plays.tasks)

    def test_an_interpreter_without_requests_says_what_it_lacks(self, controller: Controller, image: str) -> None:
        # -S: without the packages that are installed.
        other = str(controller.interpreter("-S"))
        plays = controller.play([info(image, vars={"ansible_python_interpreter": other})], hosts=LOCAL)
        assert plays.ways == [MODULE]
        assert plays.tasks[0].failed
        assert "Failed to import the required Python library (requests)" in plays.tasks[0].result["msg"]

    def test_ad_hoc(self, controller: Controller, image: str) -> None:
        plays = controller.ad_hoc("regops.oci_registry.registry_tag", f"name={image} tags=now")
        assert plays.ways == [IN_PROCESS]
        assert "CHANGED" in plays.words

    @pytest.mark.parametrize("strategy", ["linear", "free"])
    def test_many_hosts_at_once(self, strategy: str, controller: Controller, image: str) -> None:
        hosts = {f"host{number}": {"ansible_connection": "local"} for number in range(20)}
        tasks = [tag(image, "{{ inventory_hostname }}"), info(image)]
        plays = controller.play(tasks, "--forks", "20", hosts=hosts, strategy=strategy)
        assert plays.ways == [IN_PROCESS] * 40
        assert [task.changed for task in plays.tasks].count(True) == 20
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        assert set(hosts) < set(Pusher(address, repository).tags())


class TestTheSame:
    """What a task does, what it says and what it returns."""

    BOTH = ("never", "auto")

    def both(
        self, controller: Controller, tasks: Sequence[Mapping[str, Any]], *arguments: str, **more: Any
    ) -> tuple[list[TaskRun], str]:
        """What comes of tasks that change nothing (any more) in-process: the same as of modules. And the words."""
        each = [
            {**task, "vars": {**task.get("vars", {}), "regops_in_process": way}} for task in tasks for way in self.BOTH
        ]
        plays = controller.play(each, *arguments, **more)
        assert plays.ways == [MODULE, IN_PROCESS] * len(tasks), plays.words
        modules, here = plays.tasks[::2], plays.tasks[1::2]
        for module, ours in zip(modules, here, strict=True):
            # What ansible-core 2.19 and newer says of an error has the place in its code where it was seen.
            results = [{key: run.result[key] for key in run.result if key != "exception"} for run in (module, ours)]
            assert results[0] == results[1]
            assert module.failed == ours.failed
        return list(here), plays.words

    def test_the_result(self, controller: Controller, image: str) -> None:
        (task,), _words = self.both(controller, [info(image)])
        assert not task.failed
        assert task.result["changed"] is False
        assert task.result["invocation"]["module_args"]["max_parallel"] == 16
        self.both(controller, [info(image)], environ={"ANSIBLE_INJECT_INVOCATION": "false"})

    def test_check_mode_and_diff(self, controller: Controller, image: str) -> None:
        (task,), words = self.both(controller, [tag(image, "new")], "--check", "--diff")
        assert task.changed
        assert "+++ after" in words
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        assert Pusher(address, repository).tags() == ["v1"]

    def test_wrong_options(self, controller: Controller) -> None:
        wrong = [
            {"name": "a", "tags": ["b"], "colour": "red"},
            {"name": "a"},
            {"name": "a", "tags": ["b"], "max_parallel": "many"},
            {"name": "a", "tags": ["b"], "state": "somewhere"},
            {"name": "a", "tags": ["b"], "username": "u"},
            {"name": "::", "tags": ["b"]},
        ]
        tasks, _words = self.both(controller, [{"regops.oci_registry.registry_tag": options} for options in wrong])
        assert all(task.failed for task in tasks)

    def test_warnings(self, controller: Controller, image: str) -> None:
        options = {"name": image, "validate_certs": True, "tls_verify": True}
        (task,), words = self.both(controller, [{"regops.oci_registry.registry_manifest_info": options}])
        assert "Both option validate_certs and its alias tls_verify are set." in words
        assert "warnings" in task.result

    def test_secrets(self, controller: Controller, image: str) -> None:
        options = {"name": image, "username": "alice", "password": SECRET}
        (task,), words = self.both(controller, [{"regops.oci_registry.registry_manifest_info": options}])
        assert task.result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
        assert SECRET not in words

    def test_no_log(self, controller: Controller, image: str) -> None:
        (task,), words = self.both(controller, [info(image, no_log=True)])
        assert "censored" in task.result
        assert "org.opencontainers" not in words and "application/vnd" not in words

    def test_module_defaults(self, controller: Controller, image: str) -> None:
        defaults = {
            "group/regops.oci_registry.registry": {"retries": 7, "timeout": 11},
            "regops.oci_registry.registry_manifest_info": {"timeout": 12},
        }
        (task,), _words = self.both(controller, [info(image)], module_defaults=defaults)
        arguments = task.result["invocation"]["module_args"]
        assert (arguments["retries"], arguments["timeout"]) == (7, 12)

    def test_environment(self, controller: Controller, image: str) -> None:
        """The place of the credentials, and what ~ and $NAME mean in a path, come from the task's environment."""
        home = controller.folder / "home"
        home.mkdir()
        login = {"registry": image.split("/")[0], "username": "u", "password": SECRET, "check": False}
        tasks = [
            {
                "regops.oci_registry.registry_login": login,
                "environment": [{"DOCKER_CONFIG": str(home / "docker")}],
            },
            {
                "regops.oci_registry.registry_login": {**login, "auth_file": "~/$PLACE/auth.json"},
                "environment": {"HOME": str(home), "PLACE": 7},
            },
            {"regops.oci_registry.registry_login": login},
        ]
        found, _words = self.both(controller, tasks, "--check")
        assert [task.result["auth_file"] for task in found] == [
            str(home / "docker" / "config.json"),
            str(home / "7" / "auth.json"),
            str(controller.folder / ".docker" / "config.json"),
        ]

    def test_relative_paths_are_below_the_playbook(self, controller: Controller, image: str) -> None:
        (controller.folder / "content").write_bytes(b"some content")
        options = {"repository": image.rsplit(":", 1)[0], "src": "content"}
        task = {"regops.oci_registry.registry_blob": options}
        (ours,), _words = self.both(controller, [task], "--check", cwd=Path("/"))
        assert ours.result["blob"]["size"] == len(b"some content")

    def test_a_file_with_its_attributes(self, controller: Controller, image: str) -> None:
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        options = {
            "repository": f"{address}/{repository}",
            "state": "downloaded",
            "digest": Pusher(address, repository).push_blob(b"a file"),
            "dest": str(controller.folder / "file"),
            "mode": "u=rw,g=r,o=",
        }
        wrong = {**options, "mode": "x=nonsense"}
        assert controller.play([{"regops.oci_registry.registry_blob": options}]).tasks[0].changed
        tasks = [{"regops.oci_registry.registry_blob": given} for given in (options, wrong)]
        (good, bad), _words = self.both(controller, tasks)
        assert not good.changed
        assert good.result["mode"] == "0640"
        assert bad.failed

    def test_what_a_registry_says_is_no_template(self, controller: Controller, image: str) -> None:
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        told = {"org.example.trap": "{{ 6 * 7 }}"}
        Pusher(address, repository).push(build_image(annotations=told), "trap")
        name = f"{address}/{repository}:trap"
        plays = controller.play(
            [
                info(name, register="looked"),
                {"name": "told", "ansible.builtin.debug": {"msg": "{{ looked.manifests[0].annotations }}"}},
            ]
        )
        assert plays.ways == [IN_PROCESS]
        assert plays.of("told").result["msg"] == told


class TestWhatSurroundsATask:
    """Loops, retries, conditions and time limits."""

    def test_a_loop(self, controller: Controller, image: str) -> None:
        plays = controller.play(
            [
                tag(image, "{{ item }}", loop=["a", "b", "/wrong/", "c"], register="looped", name="looped"),
                {"name": "told", "ansible.builtin.debug": {"msg": "{{ looked }}"}}
                | {"vars": {"looked": "{{ looped.results | map(attribute='failed') | list }}"}},
            ]
        )
        assert plays.ways == [IN_PROCESS] * 4
        assert plays.of("told").result["msg"] == [False, False, True, False]

    def test_until_and_retries(self, controller: Controller, image: str) -> None:
        again = {"register": "found", "retries": 3, "delay": 0}
        plays = controller.play(
            [
                info(image, name="right", until="found.attempts | default(1) >= 2", **again),
                tag(image.replace(":v1", ":v2"), "x", name="wrong", until="found is success", **again),
            ]
        )
        assert plays.ways == [IN_PROCESS] * 6
        assert plays.of("right").result["attempts"] == 2
        assert plays.of("wrong").failed

    def test_conditions(self, controller: Controller, image: str) -> None:
        plays = controller.play(
            [
                tag(image, "x", name="failed", failed_when="result.tags == ['x']", register="result"),
                tag(image, "y", name="changed", changed_when=False),
            ]
        )
        assert plays.of("failed").failed
        assert not plays.of("changed").changed

    def test_a_time_limit(self, controller: Controller, image: str) -> None:
        """The task ends, with all that it has started; the next one runs. The registry has answered one question."""
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        with Recorder(address) as recorder:
            silence = threading.Event()
            recorder.intercept = lambda request: None if "v0" in request.path else silence.wait() and None
            names = [f"{recorder.address}/{repository}:v{number}" for number in range(3)]
            try:
                plays = controller.play(
                    [
                        {"regops.oci_registry.registry_manifest_info": {"names": names}, "timeout": 2, "name": "slow"},
                        info(image, name="next"),
                    ]
                )
                assert len(recorder.requests) == 3
            finally:
                silence.set()
        assert plays.ways == [IN_PROCESS] * 2
        assert plays.of("slow").failed
        assert "time" in plays.of("slow").result["msg"].lower()
        assert not plays.of("next").failed
        assert not running_below(controller.folder)

    def test_an_interrupt(self, controller: Controller, image: str) -> None:
        """Ctrl-C ends everything, in the middle of a request that gets no answer."""
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        asked, silence = threading.Event(), threading.Event()
        reading, writing = os.pipe()
        with Recorder(address) as recorder, os.fdopen(reading, "rb") as pipe:
            recorder.intercept = lambda request: asked.set() or silence.wait() and None
            try:
                task = info(f"{recorder.address}/{repository}:v1")
                with controller.running([task], pass_fds=[writing]) as ansible:
                    os.close(writing)
                    assert asked.wait(60)
                    os.killpg(ansible.pid, signal.SIGINT)
                    # The last process that Ansible has started closes the pipe by its end.
                    assert select.select([pipe], [], [], 60)[0]
                    assert pipe.read() == b""
            finally:
                silence.set()


class TestProgress:
    """A transfer that takes long says so while it does."""

    def test_lines_come_while_the_transfer_goes_on(self, controller: Controller, image: str) -> None:
        """The second blob is held back until a line about the first has been read: at the end it would be too late."""
        address, repository = image.rsplit(":", 1)[0].split("/", 1)
        small, large = bytes(1 << 20), bytes(1 << 26)
        for name, content in (("small", small), ("large", large)):
            (controller.folder / name).write_bytes(content)
        seen = threading.Event()
        with Recorder(address) as recorder:
            recorder.intercept = lambda request: hold_large(request, len(large), seen)
            options = {
                "name": f"{recorder.address}/{repository}:files",
                "artifact_type": "application/x-test",
                "files": [{"src": "small"}, {"src": "large"}],
            }
            lines = []
            for line in controller.lines([{"regops.oci_registry.registry_artifact": options}]):
                lines.append(line)
                if " blobs, " in line:
                    seen.set()
        (first, *_more) = [line for line in lines if " blobs, " in line]
        assert re.fullmatch(
            r"\[localhost\] regops\.oci_registry\.registry_artifact: "
            r"2 of 3 blobs, \d+\.\d MiB of 65\.0 MiB, \d+\.\d [KM]iB/s, \d+ (s|min \d+ s) left",
            first,
        )

    def test_never_a_line_when_nothing_takes_long(self, controller: Controller, image: str) -> None:
        copy = {"src": image, "dest": image.replace(":v1", "/copy:v1")}
        lines = list(controller.lines([{"regops.oci_registry.registry_copy": copy}]))
        assert any("changed=1" in line for line in lines)
        assert not any(" blobs, " in line for line in lines)


def hold_large(request: RecordedRequest, size: int, until: threading.Event) -> None:
    """Keep the registry from reading a body of that size, until something has happened."""
    if request.headers.get("content-length") == str(size) and not until.wait(60):
        raise AssertionError("it has not happened")


def running_below(folder: Path) -> list[str]:
    """The programs that still work in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found
