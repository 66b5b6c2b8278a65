# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pickle
from contextlib import suppress

import pytest
from ansible_collections.regops.oci_registry.plugins.module_utils._client.digest import (
    Digest,
    Hasher,
    digest_of_file,
    verified,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    DigestError,
    RegistryError,
    VerificationError,
)
from hypothesis import given
from hypothesis import strategies as st

# From RFC 6234's and FIPS 180's well-known vectors, not from our own code.
EMPTY_256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ABC_256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
ABC_512 = (
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)


def test_digest_of_known_vectors():
    assert Digest.of(b"") == EMPTY_256
    assert Digest.of(b"abc") == ABC_256
    assert Digest.of(b"abc", "sha512") == ABC_512


@pytest.mark.parametrize("text", [EMPTY_256, ABC_512])
def test_parse_keeps_the_text_and_splits_it(text):
    digest = Digest.parse(text)
    assert digest == text
    assert str(digest) == text
    assert f"{digest.algorithm}:{digest.encoded}" == text
    assert {digest: 1}[text] == 1
    assert pickle.loads(pickle.dumps(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "sha256",
        "sha256:",
        ":" + "a" * 64,
        "sha256:" + "a" * 63,
        "sha256:" + "a" * 65,
        "sha256:" + "A" * 64,
        "sha256:" + "g" * 64,
        "sha256:" + "a" * 63 + "G",
        "sha256:" + "a" * 64 + "\n",
        " sha256:" + "a" * 64,
        "sha256:" + "a" * 63 + "\u0661",  # a digit, but not one of ours
        "SHA256:" + "a" * 64,
        "sha256::" + "a" * 64,
        "sha256:" + "a" * 128,
        "sha512:" + "a" * 64,
        "sha256:" + "a" * 64 + "@sha256:" + "a" * 64,
        "sha256:" + "../" * 21 + "a",
        "sha256:" + "a" * 10**7,
    ],
)
def test_malformed_digests_are_refused(text):
    with pytest.raises(DigestError, match="Malformed digest") as caught:
        Digest.parse(text)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [None, 5, b"sha256:" + b"a" * 64, [], {}, True])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(DigestError, match=type(value).__name__):
        Digest.parse(value)


@pytest.mark.parametrize(
    "text",
    [
        "sha384:" + "a" * 96,
        "md5:" + "a" * 32,
        "blake3:" + "a" * 64,
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX",
    ],
)
def test_an_unsupported_algorithm_is_named_with_those_that_are_supported(text):
    with pytest.raises(DigestError, match="not supported; use sha256 or sha512"):
        Digest.parse(text)


def test_unsupported_algorithm_to_compute():
    with pytest.raises(DigestError, match="md5"):
        Digest.of(b"", "md5")


@given(st.text())
def test_any_text_is_a_digest_or_a_digest_error(text):
    with suppress(DigestError):
        assert Digest.parse(text) == text


@given(st.lists(st.binary(max_size=50), max_size=10), st.sampled_from(["sha256", "sha512"]))
def test_hashing_in_blocks_is_hashing_at_once(blocks, algorithm):
    hasher = Hasher(algorithm)
    for block in blocks:
        hasher.update(block)
    assert hasher.digest() == Digest.of(b"".join(blocks), algorithm)
    assert hasher.size == len(b"".join(blocks))


def test_hasher_counts_bytes_of_views_not_items():
    hasher = Hasher()
    hasher.update(memoryview(b"abcdefgh").cast("I"))
    assert hasher.size == 8


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_verified_passes_good_content_through(blocks):
    data = b"".join(blocks)
    digest = Digest.of(data)
    assert list(verified(blocks, digest, len(data), "blob")) == blocks
    assert list(verified(blocks, digest, None, "blob")) == blocks


@pytest.mark.parametrize(
    ("blocks", "size", "words"),
    [
        ([b"abd"], 3, "not what its digest says"),
        ([b"abd"], None, "not what its digest says"),
        ([b"ab"], 3, "cut short: expected 3 bytes, got 2"),
        ([b"abc", b"d"], 3, "longer than it should be"),
        ([b"abc"], 4, "cut short"),
        ([], 3, "cut short"),
        ([], None, "not what its digest says"),
    ],
)
def test_verified_tells_what_is_wrong(blocks, size, words):
    with pytest.raises(VerificationError, match=words) as caught:
        list(verified(blocks, Digest.parse(ABC_256), size, "blob of reg.example/app"))
    assert "blob of reg.example/app" in str(caught.value)
    assert caught.value.category == "verification"
    assert not isinstance(caught.value, ValueError)


def test_verified_passes_on_no_byte_beyond_the_size_and_reads_no_further():
    read = []

    def endless():
        while True:
            read.append(1)
            yield b"x" * 10

    stream = verified(endless(), Digest.parse(ABC_256), 25, "blob")
    assert next(stream) == b"x" * 10
    with pytest.raises(VerificationError):
        next(stream)
    assert len(read) == 3


def test_verified_never_passes_on_the_last_block_of_something_wrong():
    seen = []
    with pytest.raises(VerificationError):
        for block in verified([b"ab", b"d"], Digest.of(b"abc"), 3, "blob"):
            seen.append(block)
    assert seen == [b"ab"]


def test_digest_of_file(tmp_path):
    path = tmp_path / "blob"
    data = bytes(range(256)) * 5000  # more than one block
    path.write_bytes(data)
    assert digest_of_file(path) == (Digest.of(data), len(data))
    assert digest_of_file(str(path), "sha512")[0] == Digest.of(data, "sha512")


def test_digest_of_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        digest_of_file(tmp_path / "missing")


def test_digest_error_is_a_registry_error():
    assert issubclass(DigestError, RegistryError)
