# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of the guides, in the order of a page.

The reader is strict: it knows `.. code-block::` and refuses every other way to show code, so that nothing can be shown
that no test runs.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

CONSOLE = "console"
#: The languages of files and of playbooks.
FILES = ("yaml", "yaml+jinja", "json", "ini", "text")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_BLOCK = re.compile(r"(?P<indent> *)\.\. code-block:: *(?P<language>\S*) *")
_OPTION = re.compile(r" +:(?P<name>[a-z-]+): *(?P<value>.*)")
_REFUSED = re.compile(
    r" *\.\. +(?:code|sourcecode|literalinclude|parsed-literal|include|raw|highlight)::|(?! *\.\. ).*::$"
)


@dataclass(frozen=True)
class Block:
    """One block; `caption` is the name of the file that it is."""

    place: str
    language: str
    caption: str | None
    text: str


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the output that is shown below it; none when nothing is shown."""

    line: str
    output: str | None


def blocks_of(text: str, name: str) -> list[Block]:
    """All blocks of a page. Raises AssertionError for what it cannot read."""
    lines = text.splitlines()
    found = []
    at = 0
    while at < len(lines):
        start = _BLOCK.fullmatch(lines[at])
        place = f"{name}:{at + 1}"
        at += 1
        if start is None:
            assert not _REFUSED.match(lines[at - 1]), f"{place}: code is shown by .. code-block:: only"
            continue
        body = []
        while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > len(start["indent"])):
            body.append(lines[at])
            at += 1
        found.append(_block(place, start["language"], body))
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _block(place: str, language: str, body: list[str]) -> Block:
    options = {}
    while body and (option := _OPTION.fullmatch(body[0])):
        options[option["name"]] = option["value"]
        del body[0]
    assert set(options) <= {"caption"}, f"{place}: unknown options {sorted(options)}"
    assert body and not body[0].strip(), f"{place}: an empty line comes before the code"
    text = textwrap.dedent("\n".join(body)).strip("\n") + "\n"
    assert text.strip(), f"{place}: the block is empty"
    assert language == CONSOLE or language in FILES, f"{place}: a block of {language or 'no language'} is not run"
    assert language != CONSOLE or "caption" not in options, f"{place}: a console block is no file"
    return Block(place, language, options.get("caption"), text)


def commands_of(block: Block) -> Iterator[Command]:
    """The commands of a console block; a backslash at the end of a line goes on in the next."""
    lines = block.text.splitlines()
    assert lines[0].startswith("$ "), f"{block.place}: it begins with no command"
    at = 0
    while at < len(lines):
        command = lines[at][2:]
        while command.endswith("\\"):
            at += 1
            command += "\n" + lines[at]
        at += 1
        output = []
        while at < len(lines) and not lines[at].startswith("$ "):
            output.append(lines[at])
            at += 1
        yield Command(command, "\n".join(output) if output else None)


def matches(shown: str, real: str) -> bool:
    """Whether an output is as it is shown.

    A line of `...` stands for any lines, and `...` within a line for any characters. A digest stands for any, the same
    one for the same everywhere. The stars that fill a line, empty lines and spaces at the end of lines do not count.
    """
    known: dict[str, str] = {}

    def digest(found: re.Match[str]) -> str:
        name = known.get(found.group())
        if name:
            return f"(?P={name})"
        name = known[found.group()] = f"digest{len(known)}"
        return f"(?P<{name}>sha256:[0-9a-f]{{64}})"

    pattern = ""
    for line in _plain(shown):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += _DIGEST.sub(digest, re.escape(line).replace(r"\.\.\.", ".*")) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _plain(real))) is not None


def _plain(text: str) -> list[str]:
    lines = [line.rstrip() for line in re.sub(r"(?<= )\*{3,}$", "***", text, flags=re.MULTILINE).splitlines()]
    return [line for line in lines if line]
