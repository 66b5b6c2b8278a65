# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which file a blob is put into."""

from __future__ import annotations

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import Digest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import OptionError
from ansible_collections.regops.oci_registry.plugins.module_utils._operations._blob_downloaded import destination

HELLO = Digest.of(b"hello")


def test_a_folder_gets_a_file_named_by_the_digest(tmp_path):
    assert destination(str(tmp_path), HELLO) == str(tmp_path / HELLO.encoded)
    assert destination(str(tmp_path / "file"), HELLO) == str(tmp_path / "file")


def test_a_dangling_link_is_not_written_through(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nothing")
    with pytest.raises(OptionError, match="not a regular file"):
        destination(str(link), HELLO)
