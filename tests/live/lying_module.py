# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that uploads a blob, honestly or not: with it the harness of idempotence proves that it notices."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from tests.support.images import Pusher, sha256

RETURN = """
actions: {type: list, contains: {action: {}, name: {}, reason: {}}}
diff: {type: dict}
"""


def main() -> None:
    """Look, plan, upload; and lie where told to."""
    module = AnsibleModule(
        argument_spec={
            "url": {"type": "str", "required": True},
            "content": {"type": "str", "required": True},
            "lie": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    lie, check = module.params["lie"], module.check_mode
    content = module.params["content"].encode()
    host, _v2, repository = module.params["url"].partition("/v2/")
    pusher = Pusher(host, repository)
    there = pusher.send("HEAD", f"blobs/{sha256(content)}").status == 200
    if lie == "fails":
        module.fail_json(msg="it did not work")

    changed = not there or lie == "always changed"
    writes = (changed and not check) or (lie == "writes in check mode" and check)
    if lie == "says changed and does nothing":
        writes = False
    if lie == "writes when it is right" and not check:
        writes = True
    if writes:
        pusher.send("POST", "blobs/uploads/", b"")
        pusher.push_blob(content)

    if lie == "foretells too little" and check or lie == "says unchanged and writes":
        changed = False
    actions = [{"action": "upload", "name": "blob", "reason": "it is not there"}] if changed else []
    if lie == "changed without actions":
        actions = []
    after = {"blob": "something else" if lie == "foretells another diff" and check else "there"}
    before = {"blob": None} if changed else after
    if lie == "promises something else" and not changed:
        before = after = {"blob": "neither"}
    more = {"surprise": True} if lie == "returns what it does not document" else {}
    module.exit_json(changed=changed, actions=actions, diff={"before": before, "after": after}, **more)


if __name__ == "__main__":
    main()
