# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site of the documentation. `python3 run.py docs` lays out the pages, and runs it."""

from __future__ import annotations

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

GALAXY = yaml.safe_load((Path(__file__).resolve().parents[2] / "galaxy.yml").read_text(encoding="utf-8"))

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
copyright = "2026 The regops.oci_registry authors"
release = GALAXY["version"]
html_title = f"{project} {release}"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
# Headings of the Markdown pages can be linked to, as on GitHub.
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]
# What is made of dashes and quotes in prose must not be made of what is to be typed.
smartquotes = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["tables.js"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_theme_options = {
    "source_repository": GALAXY["repository"],
    "footer_icons": [],
    "top_of_page_buttons": [],
}
# They are furo's variables and ours, for a light and for a dark page.
antsibull_ext_color_scheme = "none"

# Pages of Ansible's own documentation that ours lead to. Sphinx would look them up in an inventory that it fetches,
# and the site is to be built where nothing but PyPI can be reached. A label that is neither here nor on the site is an
# error, as it is with an inventory.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
ELSEWHERE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_collections.ansible.builtin.local_connection": "collections/ansible/builtin/local_connection.html",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    **{
        variable: f"reference_appendices/config.html#envvar-{variable}"
        for variable in (
            "ANSIBLE_CACHE_PLUGIN",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION",
            "ANSIBLE_CACHE_PLUGIN_PREFIX",
            "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED",
        )
    },
}


def elsewhere(app: Sphinx, env: object, node: pending_xref, content: nodes.TextElement) -> nodes.reference | None:
    """The link to a page of Ansible's documentation, for a label that the site itself does not have."""
    page = ELSEWHERE.get(node["reftarget"])
    if page is None or node["reftype"] not in ("ref", "envvar"):
        return None
    return nodes.reference("", "", content, internal=False, refuri=ANSIBLE + page)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", elsewhere)
