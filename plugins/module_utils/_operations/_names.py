# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the names in options to references; all are checked before anything is sent.

The prefix `docker://`, which skopeo's users write, is taken off here and nowhere else.
"""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional, Sequence, TypeVar

from ansible_collections.regops.oci_registry.plugins.module_utils._client.errors import (
    OptionError,
    ReferenceError_,
    RegistryError,
)
from ansible_collections.regops.oci_registry.plugins.module_utils._client.reference import (
    Reference,
    parse_registry,
    validate_tag,
)

Parsed = TypeVar("Parsed")

_PREFIX = "docker://"
_DIGESTS = ("sha256:", "sha512:")


def strip_transport(text: str) -> str:
    """The name without `docker://` and without blanks around it."""
    text = text.strip()
    return text[len(_PREFIX) :] if text.startswith(_PREFIX) else text


def is_meant_as_digest(text: str) -> bool:
    """Whether a text is a digest rather than a name: one that was cut is likelier than an image called `sha256`."""
    return text.startswith(_DIGESTS)


def image(text: str) -> Reference:
    """An image: with a tag or a digest, `latest` when it has neither."""
    return Reference.parse(strip_transport(text))


def says_version(text: str) -> bool:
    """Whether the name of an image has a tag or a digest; true as well for what is no name."""
    try:
        repository(text)
    except RegistryError:
        return True
    return False


def exact(text: str) -> Reference:
    """An image with a tag or a digest: where much hangs on it, `latest` must be said."""
    if says_version(text):
        return image(text)
    raise ReferenceError_(f"{text} has neither a tag nor a digest: say which manifest is meant")


def repository(text: str) -> Reference:
    """A repository: a tag or a digest is an error."""
    return Reference.parse_repository(strip_transport(text))


def registry(text: str) -> str:
    """A registry's host, with its port if there is one."""
    return parse_registry(strip_transport(text))


def tag(text: str) -> str:
    """A tag; a digest or a whole reference in its place gets an error of its own."""
    if ":" in text or "@" in text or "/" in text:
        what = "a digest" if is_meant_as_digest(text) else "a reference"
        raise ReferenceError_(f"{text!r} is {what}, not a tag: give the tag alone, such as v1.4")
    return validate_tag(text)


def parse_one(option: str, text: str, parse: Callable[[str], Parsed]) -> Parsed:
    """Parse the text of an option. Raises OptionError, which names the option and says what is wrong."""
    return parse_all(option, [text], parse)[0]


def parse_optional(option: str, text: Optional[str], parse: Callable[[str], Parsed]) -> Optional[Parsed]:
    """Parse the text of an option that may be left out. Raises OptionError as parse_one does."""
    return None if text is None else parse_one(option, text, parse)


def parse_all(option: str, texts: Sequence[str], parse: Callable[[str], Parsed]) -> List[Parsed]:
    """Parse each text of a list option, each once and in their order; an empty list is nothing to do.

    Raises OptionError, which names the option and every text that is wrong.
    """
    parsed: List[Parsed] = []
    wrong: List[str] = []
    for text in texts:
        try:
            value = parse(text)
        except RegistryError as error:
            wrong.append(str(error))
            continue
        if value not in parsed:
            parsed.append(value)
    if wrong:
        raise OptionError(f"option {option}: " + "; ".join(wrong))
    return parsed


def parse_entries(
    option: str, what: str, entries: Sequence[Mapping[str, Any]], parse: Callable[[Mapping[str, Any]], Parsed]
) -> List[Parsed]:
    """Parse each entry of a list of dictionaries, of which an error tells as `what` and its number, from 1 on.

    Raises OptionError, which names the option and everything that is wrong in any of them.
    """
    parsed: List[Parsed] = []
    wrong: List[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            parsed.append(parse(entry))
        except RegistryError as error:
            wrong.append(f"{what} {number}: {error}")
    if wrong:
        raise OptionError(f"option {option}: " + "; ".join(wrong))
    return parsed


def one_or_many(single: str, several: str, options: Mapping[str, Any], parse: Callable[[str], Parsed]) -> List[Parsed]:
    """The values of a pair of options such as `name` and `names`, of which exactly one is given."""
    if options.get(single) is not None:
        return [parse_one(single, options[single], parse)]
    return parse_all(several, options.get(several) or [], parse)
