# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin registry."""

from __future__ import annotations

DOCUMENTATION = r"""
name: registry
short_description: Repositories or images of container registries as hosts
version_added: 1.0.0
author:
  - regops.oci_registry authors (@regops)
description:
  - Makes every repository of a registry a host, or every tag (image), from the registry's catalog or from names.
  - A repository's host is called C(registry/repository), an image's C(registry/repository:tag).
  - "Its variables are C(registry_address), C(registry_repository) and C(registry_tags), the list of its tags. An image
    has C(registry_tag), its tag, as well, the same tag as the only one in C(registry_tags), and what O(details) asks
    for under the names of the results of M(regops.oci_registry.registry_tags_info): C(registry_digest) and
    C(registry_media_type), or also C(registry_size), C(registry_total_size), C(registry_unique_size),
    C(registry_platforms), C(registry_created), C(registry_annotations) and C(registry_artifact_type)."
  - The name of the file must end in C(registry.yml) or C(registry.yaml).
extends_documentation_fragment:
  - regops.oci_registry.registry
  - regops.oci_registry.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [regops.oci_registry.registry]
  registry:
    description:
      - The registry, by its host, with its port if there is one.
      - Exactly one of O(registry) and O(registries) is needed.
    type: str
  registries:
    description:
      - Many registries. Each is a dictionary with C(registry), and those options of the connection and of what to take
        that are different from the top of the file.
      - An entry with C(username) or C(auth_file) of its own takes no credentials from the top.
      - They are read at the same time; O(max_parallel) is for each of them, and for how many of them.
    type: list
    elements: dict
    default: []
  repositories:
    description:
      - The repositories. Names are taken as they are; patterns need the catalog of the registry, which many registries
        do not have or do not show.
      - A pattern is a glob with V(*), V(?) and V([...]). One that begins with V(~) is, without the V(~), a regular
        expression for the whole name.
    type: list
    elements: str
    default: ["*"]
  exclude_repositories:
    description: Names and patterns, as in O(repositories), of repositories to leave out.
    type: list
    elements: str
    default: []
  include_tags:
    description: Only tags that match one of these patterns, as in O(repositories); all tags when there is none.
    type: list
    elements: str
    default: []
  exclude_tags:
    description: Patterns, as in O(repositories), of tags to leave out.
    type: list
    elements: str
    default: []
  inventory_level:
    description:
      - What a host is.
      - V(repository) takes one request a repository, V(image) as many more as O(details) says.
    type: str
    choices: [repository, image]
    default: repository
  details:
    description:
      - What to find out about each image, with O(inventory_level=image).
      - V(none) is its tag alone, without a request.
      - V(digest) takes one C(HEAD) request a tag.
      - V(full) fetches the manifest of each tag, and the configuration and (of an index) the manifests of each image,
        once however many tags it has.
    type: str
    choices: [none, digest, full]
    default: digest
  on_error:
    description:
      - What to do when a registry cannot be reached, does not show its catalog, or refuses one of the repositories.
      - V(fail) fails the whole inventory file, with all errors. What Ansible does then is up to its own settings
        (E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED)).
      - V(warn) warns, and goes on with what the other registries and repositories have.
      - O(strict) has no part in it, it is about the expressions of O(compose), O(groups) and O(keyed_groups).
      - A repository that is named and not there is a warning in both cases, and no host.
    type: str
    choices: [fail, warn]
    default: fail
notes:
  - Values of options may be templates, such as C({{ lookup('env', 'REGISTRY_PASSWORD') }}). Extra variables can be used
    in them.
  - The cache holds what the registry has (names, tags, digests), and no options. Other options of what to read, and
    another user name, have a cache of their own.
  - What a registry says is never evaluated as a template.
  - To choose hosts by C(--limit), use groups or patterns such as C(*/team/app), with C(?) in place of each C(:), which
    for Ansible separates patterns.
seealso:
  - module: regops.oci_registry.registry_repositories_info
  - module: regops.oci_registry.registry_tags_info
"""

EXAMPLES = r"""
# registry.yml: every repository of two teams as a host, in a group for each team
plugin: regops.oci_registry.registry
registry: registry.example.com
repositories: ["team/*", "staging/*"]
keyed_groups:
  - key: registry_repository.split('/')[0]
    prefix: team
compose:
  newest: registry_tags | regops.oci_registry.version_sort_tags | last
  ansible_connection: "'local'"

# $ ansible-inventory -i registry.yml --graph
# @all:
#   |--@ungrouped:
#   |--@team_staging:
#   |  |--registry.example.com/staging/app
#   |--@team_team:
#   |  |--registry.example.com/team/app
#   |  |--registry.example.com/team/db
#
# $ ansible-inventory -i registry.yml --list --yaml --limit '*/team/db'
# all:
#   children:
#     team_team:
#       hosts:
#         registry.example.com/team/db:
#           ansible_connection: local
#           newest: v7
#           registry_address: registry.example.com
#           registry_repository: team/db
#           registry_tags:
#           - mr-3
#           - v7
---
# Every image of two repositories as a host; the names need no catalog
plugin: regops.oci_registry.registry
registry: registry.example.com
repositories: [team/app, team/db]
exclude_tags: ["*-rc*", nightly]
inventory_level: image
groups:
  release: registry_tag is match('v\\d+\\.\\d+')
keyed_groups:
  - key: registry_digest[7:19]
    prefix: image
---
# Many registries, each with its own credentials; one that is down does not keep the others away
plugin: regops.oci_registry.registry
registries:
  - registry: registry.example.com
    username: robot
    password: "{{ lookup('env', 'REGISTRY_PASSWORD') }}"
    exclude_repositories: [staging/*]
  - registry: quay.io
    repositories: [prometheus/prometheus]
    include_tags: ["v3.*"]
on_error: warn
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /srv/cache
cache_timeout: 3600
"""

from typing import Any, List, Mapping, Optional

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._context import process_context
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._run_all import run_all
from ansible_collections.regops.oci_registry.plugins.plugin_utils._errors import (
    ansible_errors,
    message_of,
    require_libraries,
)
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_hosts import hosts_of
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_options import options_of_registries
from ansible_collections.regops.oci_registry.plugins.plugin_utils._inventory_source import Listing, Source

#: Ansible evaluates these for each host, not before.
_EXPRESSIONS = ("compose", "groups", "keyed_groups")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "regops.oci_registry.registry"

    def verify_file(self, path: str) -> bool:
        """Whether the file may be one of this plugin, by its name."""
        return bool(super().verify_file(path)) and path.endswith(("registry.yml", "registry.yaml"))

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Set the options, after the templates in their values were evaluated."""
        if direct:
            self.templar.available_variables = dict(var_options or {})
            direct = {
                name: value if name in _EXPRESSIONS else self.templar.template(value) for name, value in direct.items()
            }
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from the registries that the file at `path` names. Raises AnsibleParserError."""
        require_libraries(AnsibleParserError)
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        with ansible_errors(AnsibleParserError):
            options = options_of_registries(self.get_options(), self.get_option("registries"))
            sources = [Source(chosen) for chosen in options]
            for source in sources:
                source.check()
        for source, listing in zip(sources, self._listings(sources, path, cache)):
            for host, variables in hosts_of(source.address, listing.repositories, source.options["inventory_level"]):
                self._add(host, variables)

    def _listings(self, sources: List[Source], path: str, cache: bool) -> List[Listing]:
        """What each registry has, from the cache where it may be."""
        keys = [f"{self.get_cache_key(path)}_{source.fingerprint}" for source in sources]
        caching = self.get_option("cache")
        listings = [self._cached(key) if caching and cache else None for key in keys]
        asked = [number for number, listing in enumerate(listings) if listing is None]
        warnings: List[str] = []
        context = process_context(warn=warnings.append)
        outcomes = run_all(lambda number: sources[number].read(context), asked, self.get_option("max_parallel"))
        for outcome in outcomes:
            listing = outcome.value or _failed(sources[outcome.item], outcome.error)
            listings[outcome.item] = listing
            if caching and not listing.errors:
                self._cache[keys[outcome.item]] = listing.repositories
        found = [listing for listing in listings if listing is not None]
        self._tell(warnings + [text for listing in found for text in listing.warnings])
        self._complain([text for listing in found for text in listing.errors])
        return found

    def _cached(self, key: str) -> Optional[Listing]:
        try:
            return Listing(self._cache[key])
        except KeyError:
            return None

    def _tell(self, warnings: List[str]) -> None:
        for warning in dict.fromkeys(warnings):
            self.display.warning(warning)

    def _complain(self, errors: List[str]) -> None:
        if not errors:
            return
        if self.get_option("on_error") == "fail":
            raise AnsibleParserError("\n".join(dict.fromkeys(errors)))
        self._tell(errors)

    def _add(self, host: str, variables: Mapping[str, Any]) -> None:
        """Add a host with its variables, and what the file makes of them."""
        inventory: Any = self.inventory
        inventory.add_host(host)
        for name, value in variables.items():
            inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


def _failed(source: Source, error: Optional[BaseException]) -> Listing:
    """Nothing, because the registry did not even tell its repositories."""
    message = "" if error is None else message_of(error)
    return Listing([], (message if source.address in message else f"{source.address}: {message}",))
