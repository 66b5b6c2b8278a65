# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of work in the words of every program that can do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .data import Layout, Sizes
from .programs import (
    CONTROL,
    IDLE,
    OURS,
    PLAYBOOK,
    Job,
    Place,
    Proof,
    Step,
    Task,
    crane,
    each,
    interpreter,
    ours,
    playbook,
    regctl,
    skopeo,
    skopeo_copy,
)

Describe = Callable[[Place, Layout, Sizes], Job]


def copy(name: str, repository: str = "", tag: str = "v1") -> Describe:
    """Copy an image from the source to the destination; {number} in the repository is another for every turn."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        to = repository.format(number=place.number) or f"bench/{name}"
        source, dest = f"{place.src}/bench/{name}:{tag}", f"{place.dest}/{to}:{tag}"
        return Job(
            {
                **ours(Task("registry_copy", {"src": source, "dest": dest}), place),
                "crane": Step(crane("copy", source, dest)),
                "regctl": Step(regctl(place, "image", "copy", source, dest)),
                "skopeo": Step(skopeo_copy(f"docker://{source}", f"docker://{dest}")),
            },
            [Proof(layout.digest(tag), f"{place.dest}/{to}", tag)],
        )

    return job


def to_layout(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Download an image into an OCI image layout."""
    source, folder = f"{place.src}/bench/big:v1", str(place.folder / "layout")
    return Job(
        {
            **ours(Task("registry_copy", {"src": source, "dest": f"oci:{folder}:v1"}), place),
            "crane": Step(crane("pull", "--format=oci", source, folder)),
            "regctl": Step(regctl(place, "image", "copy", source, f"ocidir://{folder}:v1")),
            "skopeo": Step(skopeo_copy(f"docker://{source}", f"oci:{folder}:v1")),
        },
        [Proof(layout.digest("v1"), folder=place.folder / "layout")],
    )


def from_layout(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Upload an image from an OCI image layout."""
    dest, folder = f"{place.dest}/bench/big:v1", str(layout.folder)
    return Job(
        {
            **ours(Task("registry_copy", {"src": f"oci:{folder}:v1", "dest": dest}), place),
            "crane": Step(crane("push", folder, dest)),
            "regctl": Step(regctl(place, "image", "copy", f"ocidir://{folder}:v1", dest)),
            "skopeo": Step(skopeo_copy(f"oci:{folder}:v1", f"docker://{dest}")),
        },
        [Proof(layout.digest("v1"), f"{place.dest}/bench/big", "v1")],
    )


def sync(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Keep all tags of a repository equal to their sources."""
    source, dest = f"{place.src}/bench/fifty", f"{place.dest}/bench/fifty"
    plain = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    return Job(
        {
            **ours(Task("registry_sync", {"src": source, "dest": dest}), place),
            "crane": Step(crane("copy", "--all-tags", source, dest)),
            "skopeo": Step(
                skopeo("sync", "--all", "--src=docker", "--dest=docker", *plain, source, f"{place.dest}/bench")
            ),
        },
        [Proof(layout.digest(tag), dest, tag) for tag, _descriptor in layout.manifests()],
        {"regctl": "has no command for it (regsync is a program of its own)"},
    )


def retag(count: int | None = None) -> Describe:
    """Give a small image so many more tags (None: as many as the sizes say)."""

    def job(place: Place, layout: Layout, sizes: Sizes) -> Job:
        repository, number = f"{place.dest}/bench/fifty", sizes.tags if count is None else count
        source, new = f"{repository}:v1", f"retag-{place.number}-"
        tags = [f"{new}{index}" for index in range(1, number + 1)]
        one = f"{repository}:{new}{{}}"
        # It looks at every layer each time, and takes many times as long as the others.
        few = -(-number // 10)
        return Job(
            {
                **ours(Task("registry_tag", {"name": source, "tags": tags}), place),
                "crane": Step(each(crane("tag", source, f"{new}{{}}"), number)),
                "regctl": Step(each(regctl(place, "image", "copy", source, one), number)),
                "skopeo": Step(each(skopeo_copy(f"docker://{source}", f"docker://{one}"), few), factor=number / few),
            },
            [Proof(layout.digest("v1"), repository, tags[few - 1])],
        )

    return job


def digests(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Find the digests of many tags: ours asks for all, the others for some, which are extrapolated."""
    repository = f"{place.src}/bench/many"
    one, some = f"{repository}:v{{}}", sizes.probe
    few = max(1, some // 10)
    inspect = skopeo("inspect", "--tls-verify=false", "--format={{.Digest}}", f"docker://{repository}:v1")
    return Job(
        {
            **ours(Task("registry_tags_info", {"repository": repository, "details": "digest"}), place),
            "crane": Step(each(crane("digest", one), some), factor=sizes.many_tags / some),
            "regctl": Step(each(regctl(place, "image", "digest", one), some), factor=sizes.many_tags / some),
            "skopeo": Step(each(inspect, few), factor=sizes.many_tags / few),
        }
    )


def loop(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Retag in a loop of tasks: what one more item takes, from a long loop and a short one."""
    source, new = f"{place.dest}/bench/fifty:v1", f"loop-{place.number}-"
    command = "ansible.builtin.command"

    def step(name: str, longest: int, task: Callable[[str], Task]) -> Step:
        long, short = (
            playbook(place.folder, f"{name}-{items}", replace(task(f"{new}{items}-{{{{ item }}}}"), loop=items))
            for items in (longest, sizes.short_loop)
        )
        return Step(long, less=short, factor=1 / (longest - sizes.short_loop))

    return Job(
        {
            OURS: step("ours", sizes.our_long_loop, lambda tag: Task("registry_tag", {"name": source, "tags": [tag]})),
            "crane": step("crane", sizes.long_loop, lambda tag: Task(command, {"argv": crane("tag", source, tag)})),
        },
        [Proof(layout.digest("v1"), f"{place.dest}/bench/fifty", f"{new}{sizes.short_loop}-{sizes.short_loop - 1}")],
        {
            PLAYBOOK: "not asked, ours is one already",
            **dict.fromkeys(("regctl", "skopeo"), "not asked, the goal is against crane"),
        },
    )


def start(place: Place, layout: Layout, sizes: Sizes) -> Job:
    """Start and do nothing: what is in every other figure."""
    return Job(
        {
            IDLE: interpreter("import requests"),
            CONTROL: interpreter("import requests, ansible.module_utils.basic"),
            PLAYBOOK: Step(playbook(place.folder, "nothing", Task("ansible.builtin.meta", {"_raw_params": "noop"}))),
            "crane": Step(crane("version")),
            "regctl": Step(regctl(place, "version")),
            "skopeo": Step(skopeo("--version")),
        }
    )
