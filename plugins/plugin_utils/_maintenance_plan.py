# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of the role `maintain` would bring and remove, by what they predict in check mode."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_names import (
    below,
    image_name,
    is_in_registry,
    repository_name,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._maintenance_results import (
    every_result,
    results_of,
)

#: The steps that bring images, in the order of the work.
_COPYING = ("mirrors", "images")


def planned(results: Mapping[str, Any], registry: str, tags: Iterable[Mapping[str, Any]]) -> Dict[str, Any]:
    """What images are going to be, by the results of check mode.

    `entries` has for each entry of `tags` the digest that its image has when its turn comes, and `images` the digests
    by whole names when all these steps are done. None is for what is not there, or not known. `coming` has the tags
    that these steps speak of, each with the digest and the image that it is copied from, or `unseen` where that is in
    no registry.
    `results["current"]` has what the names in `tags` are now.
    """
    plan = _Plan()
    for result in results_of(results.get("current")):
        plan.images.update({image_name(entry["name"]): entry["digest"] for entry in result.get("manifests") or ()})
    for step in _COPYING:
        for number, result in enumerate(every_result(results.get(step))):
            for image in result.get("images") or ():
                plan.copy(image, step, number)
            for removed in result.get("removed") or ():
                plan.set(f"{removed['repository']}:{removed['tag']}", None)
    entries = [plan.tag(below(registry, entry["name"]), entry) for entry in tags]
    coming = [{"name": name, "digest": digest, **plan.source(digest)} for name, digest in plan.touched.items()]
    return {"entries": entries, "images": plan.images, "coming": coming}


class _Plan:
    """What is known so far, while the steps are gone through in their order."""

    def __init__(self) -> None:
        self.images: Dict[str, Optional[str]] = {}
        self.touched: Dict[str, Optional[str]] = {}
        self._sources: Dict[str, Dict[str, Any]] = {}

    def set(self, name: str, digest: Optional[str]) -> None:
        """A tag is going to be on this digest, or gone."""
        self.images[name] = self.touched[name] = digest

    def copy(self, image: Mapping[str, Any], step: str, number: int) -> None:
        """An image is copied by the batch `number` of a step, or is right already."""
        self.set(image_name(image["dest"]), image["digest"])
        if is_in_registry(image["src"]):
            self._sources[image["digest"]] = {"src": image["src"], "step": step, "number": number}
        elif image["changed"]:
            self._sources.setdefault(image["digest"], {"unseen": True})

    def tag(self, name: str, entry: Mapping[str, Any]) -> Optional[str]:
        """What an entry of the tags does; gives the digest that its image has by then."""
        present = entry.get("state", "present") == "present"
        digest = self.images.get(image_name(name)) if present else None
        if digest is not None or not present:
            for tag in entry["tags"]:
                self.set(f"{repository_name(name)}:{tag}", digest)
        return digest

    def source(self, digest: Optional[str]) -> Dict[str, Any]:
        """Where a manifest comes from; `unseen` where no registry has it, nothing where it is there already."""
        return self._sources.get(digest or "", {})


def coming(
    plan: Mapping[str, Any], repositories: Iterable[str], batches: Mapping[str, Sequence[Mapping[str, Any]]]
) -> List[Dict[str, Any]]:
    """The option `planned` of registry_prune for some repositories.

    `batches` has for each step of `plan` its batches, which know the credentials for their sources.
    """
    wanted = set(repositories)
    found: List[Dict[str, Any]] = []
    for entry in plan.get("coming") or ():
        if repository_name(entry["name"]) not in wanted or "@" in entry["name"] or entry.get("unseen"):
            continue
        one = {key: entry[key] for key in ("name", "digest", "src") if entry.get(key) is not None}
        options = batches[entry["step"]][entry["number"]]["options"] if "step" in entry else {}
        found.append({**one, "src_auth": options["src_auth"]} if options.get("src_auth") else one)
    return found
