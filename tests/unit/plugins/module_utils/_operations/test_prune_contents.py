# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept of thousands of manifests: what pruning asks them for, and each once."""

from __future__ import annotations

import gc
import hashlib
import json

from ansible_collections.regops.oci_registry.plugins.module_utils._client.descriptor import Descriptor
from ansible_collections.regops.oci_registry.plugins.module_utils._client.manifest import parse_manifest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.media_type import MediaType
from ansible_collections.regops.oci_registry.plugins.module_utils._client.parallel import Workers
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._prune_contents import read_contents

IMAGES = 10
LAYERS = 50


def descriptor(media_type, number):
    digest = f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": number + 1}


def image(number):
    """One of the images, each with layers and a subject of its own."""
    return {
        "schemaVersion": 2,
        "mediaType": MediaType.OCI_MANIFEST,
        "config": descriptor(MediaType.OCI_CONFIG, number),
        "layers": [descriptor(MediaType.OCI_LAYER, 1000 * number + layer) for layer in range(LAYERS)],
        "subject": descriptor(MediaType.OCI_MANIFEST, number),
        "annotations": {"org.opencontainers.image.created": "2026-01-01T00:00:00Z", "number": str(number)},
    }


class Tagged:
    """A repository where every image has three tags, and every answer is bytes of its own."""

    def tags(self):
        return [f"v{number}" for number in range(3 * IMAGES)]

    def get_manifest(self, tag):
        return parse_manifest(json.dumps(image(int(tag[1:]) % IMAGES)).encode())


def descriptors():
    gc.collect()
    return sum(isinstance(one, Descriptor) for one in gc.get_objects())


def test_layers_are_not_kept_and_a_manifest_is_kept_once_for_all_its_tags():
    before = descriptors()
    with Workers(4) as workers:
        contents = read_contents(Tagged(), workers)
    assert len(contents.manifests) == 3 * IMAGES
    assert len({id(manifest) for manifest in contents.manifests.values()}) == IMAGES
    assert descriptors() - before <= 2 * IMAGES


def test_what_pruning_asks_a_manifest_for_is_as_it_was():
    with Workers(4) as workers:
        contents = read_contents(Tagged(), workers)
    for tag, kept in contents.manifests.items():
        whole = Tagged().get_manifest(tag)
        assert kept == whole
        assert (kept.raw, kept.config, kept.subject, kept.annotations, kept.manifests) == (
            whole.raw,
            whole.config,
            whole.subject,
            whole.annotations,
            whole.manifests,
        )


def test_children_of_an_index_are_kept():
    class OfIndexes(Tagged):
        def tags(self):
            return ["all"]

        def get_manifest(self, tag):
            children = [descriptor(MediaType.OCI_MANIFEST, number) for number in range(IMAGES)]
            index = {"schemaVersion": 2, "mediaType": MediaType.OCI_INDEX, "manifests": children}
            return parse_manifest(json.dumps(index).encode())

    with Workers(4) as workers:
        contents = read_contents(OfIndexes(), workers)
    (kept,) = contents.manifests.values()
    assert kept.is_index
    assert [child.size for child in kept.manifests] == list(range(1, IMAGES + 1))
