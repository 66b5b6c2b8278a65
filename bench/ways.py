# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that playbooks have today for the same three jobs, each as its documentation has it, as plain as can be.

Variables: `source` and `target` are repositories with the registry before them, `digest` is what was tested. uri also
wants `registry`, and `staging` and `production` (the same repositories without it); skopeo and crane are paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PROMOTE, RETAG, UNTAG = "promote", "retag", "untag"
#: What each job is about.
JOBS = {
    PROMOTE: "Copy an image from one repository to another, by its digest",
    RETAG: "Give an image one more tag",
    UNTAG: "Delete one tag of two that are on one image",
}
#: What an index or a manifest may be.
ACCEPT = ", ".join(
    f"application/vnd.{name}+json"
    for name in (
        "oci.image.index.v1",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.list.v2",
        "docker.distribution.manifest.v2",
    )
)
URL = "http://{{ registry }}/v2"
PLAIN = ["--src-tls-verify=false", "--dest-tls-verify=false"]

Tasks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Way:
    """What people use, what it wants on the host besides Python, and its tasks by job (empty: it has none)."""

    name: str
    needs: str
    tasks: Mapping[str, Tasks]
    #: Environment variables, in which {folder} is a new and empty folder.
    environment: Mapping[str, str] = field(default_factory=dict)


def _task(title: str, action: str, /, **options: Any) -> dict[str, Any]:
    return {"name": title, action: options}


def _command(name: str, *argv: str) -> dict[str, Any]:
    return _task(name, "ansible.builtin.command", argv=list(argv))


def _skopeo_copy(source: str, target: str) -> dict[str, Any]:
    how = ["copy", "--all", "--preserve-digests", *PLAIN]
    return _command("Copy", "{{ skopeo }}", *how, f"docker://{source}", f"docker://{target}")


def _get(name: str, path: str, register: str, **more: Any) -> dict[str, Any]:
    options = {"url": URL + path, "headers": {"Accept": ACCEPT}, "return_content": True}
    # What only reads may be asked in check mode, too.
    return {**_task(name, "ansible.builtin.uri", **options), "register": register, "check_mode": False, **more}


def _put(name: str, path: str, source: str, **more: Any) -> dict[str, Any]:
    options = {
        "url": URL + path,
        "method": "PUT",
        "headers": {"Content-Type": f"{{{{ {source}.content_type }}}}"},
        "body": f"{{{{ {source}.content }}}}",
        "status_code": 201,
    }
    return {**_task(name, "ansible.builtin.uri", **options), **more}


def _mount() -> dict[str, Any]:
    path = "/{{ production }}/blobs/uploads/?mount={{ item }}&from={{ staging }}"
    manifests = "images.results | map(attribute='content') | map('from_json')"
    blobs = f"{manifests} | map(attribute='layers') | flatten + {manifests} | map(attribute='config') | list"
    task = _task("Mount the blobs", "ansible.builtin.uri", url=URL + path, method="POST", status_code=201)
    return {**task, "loop": f"{{{{ ({blobs}) | map(attribute='digest') | unique }}}}"}


OURS = Way(
    "regops.oci_registry",
    "`requests`",
    {
        PROMOTE: [
            _task("Copy", "regops.oci_registry.registry_copy", src="{{ source }}@{{ digest }}", dest="{{ target }}:v1")
        ],
        RETAG: [_task("Tag", "regops.oci_registry.registry_tag", name="{{ target }}:v1", tags=["latest"])],
        UNTAG: [
            _task("Untag", "regops.oci_registry.registry_tag", name="{{ target }}", tags=["latest"], state="absent")
        ],
    },
)
SKOPEO = Way(
    "command: skopeo",
    "skopeo",
    {
        PROMOTE: [_skopeo_copy("{{ source }}@{{ digest }}", "{{ target }}:v1")],
        RETAG: [_skopeo_copy("{{ target }}:v1", "{{ target }}:latest")],
        UNTAG: [_command("Untag", "{{ skopeo }}", "delete", "--tls-verify=false", "docker://{{ target }}:latest")],
    },
)
CRANE = Way(
    "command: crane",
    "crane",
    {
        PROMOTE: [_command("Copy", "{{ crane }}", "copy", "{{ source }}@{{ digest }}", "{{ target }}:v1")],
        RETAG: [_command("Tag", "{{ crane }}", "tag", "{{ target }}:v1", "latest")],
        UNTAG: [_command("Untag", "{{ crane }}", "delete", "{{ target }}:latest")],
    },
)
_PODMAN, _PODMAN_TAG = "containers.podman.podman_image", "containers.podman.podman_tag"


def _podman(source: str, tag: str) -> Tasks:
    target = f"{{{{ target }}}}:{tag}"
    return [
        _task("Pull", _PODMAN, name=source, validate_certs=False),
        _task("Tag", _PODMAN_TAG, image=source, target_names=[target]),
        _task("Push", _PODMAN, name=target, pull=False, push=True, validate_certs=False),
    ]


PODMAN = Way(
    "containers.podman",
    "Podman",
    {
        PROMOTE: _podman("{{ source }}@{{ digest }}", "v1"),
        RETAG: _podman("{{ target }}:v1", "latest"),
        UNTAG: [_task("Untag", _PODMAN, name="{{ target }}:latest", state="absent", validate_certs=False)],
    },
    # Images of its own, so that one run finds nothing that another one left.
    {"CONTAINERS_STORAGE_CONF": "{folder}/storage.conf"},
)


def _docker(source: str, tag: str) -> Tasks:
    target = f"{{{{ target }}}}:{tag}"
    return [
        _task("Pull", "community.docker.docker_image_pull", name=source),
        _task("Tag", "community.docker.docker_image_tag", name=source, repository=[target]),
        _task("Push", "community.docker.docker_image_push", name=target),
    ]


DOCKER = Way(
    "community.docker",
    "a Docker engine",
    {
        PROMOTE: _docker("{{ source }}@{{ digest }}", "v1"),
        RETAG: _docker("{{ target }}:v1", "latest"),
        UNTAG: [_task("Untag", "community.docker.docker_image_remove", name="{{ target }}:latest")],
    },
)
_MANIFEST = "/{{ production }}/manifests/"
URI = Way(
    "ansible.builtin.uri",
    "nothing",
    {
        PROMOTE: [
            _get("Get the index", "/{{ staging }}/manifests/{{ digest }}", "index"),
            _get(
                "Get its images",
                "/{{ staging }}/manifests/{{ item.digest }}",
                "images",
                loop="{{ (index.content | from_json).manifests }}",
            ),
            _mount(),
            _put("Put its images", _MANIFEST + "{{ item.item.digest }}", "item", loop="{{ images.results }}"),
            _put("Put the index", _MANIFEST + "v1", "index"),
        ],
        RETAG: [
            _get("Get the manifest", _MANIFEST + "v1", "manifest"),
            _put("Put it under the tag", _MANIFEST + "latest", "manifest"),
        ],
        UNTAG: [
            _task(
                "Untag", "ansible.builtin.uri", url=f"{URL}{_MANIFEST}latest", method="DELETE", status_code=[202, 404]
            )
        ],
    },
)
WAYS: Sequence[Way] = (OURS, SKOPEO, CRANE, PODMAN, DOCKER, URI)
