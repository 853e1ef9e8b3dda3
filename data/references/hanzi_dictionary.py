"""makemeahanzi's `dictionary.txt`: meaning, reading and parts of Chinese characters.

One JSON object a line: `character`, `definition`, `pinyin`, `decomposition` (an ideographic
description sequence, "？" for a part that has no code point), `radical`, and `matches`: for each
stroke the path of child numbers to its part in the decomposition, or null. LGPL-3.0-or-later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import CorpusError
from data.references.reference import Component

MAX_LINE = 1 << 16  # bytes
MAX_DEPTH = 16  # of a decomposition
UNKNOWN = "？"

# How many parts each operator of an ideographic description sequence joins, and where they stand.
POSITIONS = {
    "⿰": ("left", "right"),
    "⿱": ("top", "bottom"),
    "⿲": ("left", None, "right"),
    "⿳": ("top", None, "bottom"),
    "⿴": ("kamae", None),
    "⿵": ("kamae", None),
    "⿶": ("kamae", None),
    "⿷": ("kamae", None),
    "⿸": ("tare", None),
    "⿹": ("kamae", None),
    "⿺": ("nyo", None),
    "⿻": (None, None),
}

Path_ = tuple[int, ...]


@dataclass(frozen=True)
class Entry:
    """`matches`: for each stroke the path to its part, None where nobody knows."""

    character: str
    definition: str | None
    pinyin: tuple[str, ...]
    decomposition: str
    radical: str | None
    matches: tuple[Path_ | None, ...]

    def components(self) -> Component:
        """The tree of parts with the strokes of each."""
        tree, rest = _parsed(self.decomposition, 0)
        if rest != len(self.decomposition):
            raise CorpusError(f"{self.character!r}: {self.decomposition!r} has too many parts")
        return _component(tree, self.matches, (), self.character, None)


def read_dictionary(path: Path) -> Iterator[Entry]:
    """The entries of a file. Raises CorpusError that names the line that cannot be read."""
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if not line.strip():
                continue
            try:
                if len(line) > MAX_LINE:
                    raise ValueError(f"it has more than {MAX_LINE} bytes")
                yield _entry(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise CorpusError(
                    f"{path}, line {number}: not an entry of makemeahanzi: {error!r}"
                ) from error


def _entry(wire: Any) -> Entry:
    character, decomposition = wire["character"], wire["decomposition"]
    if not isinstance(character, str) or len(character) != 1 or not isinstance(decomposition, str):
        raise ValueError("an entry has one character and a decomposition")
    matches = tuple(None if m is None else tuple(int(step) for step in m) for m in wire["matches"])
    entry = Entry(
        character,
        wire.get("definition"),
        tuple(str(reading) for reading in wire.get("pinyin", ())),
        decomposition,
        wire.get("radical"),
        matches,
    )
    entry.components()  # so that what cannot be parsed is refused with its line
    return entry


Tree = tuple[str, list[Any]]


def _parsed(text: str, at: int, depth: int = 0) -> tuple[Tree, int]:
    """The part that starts at a place of the sequence, and where the next one does."""
    if at >= len(text) or depth > MAX_DEPTH:
        raise ValueError(f"the decomposition {text!r} is cut or too deep")
    sign, at = text[at], at + 1
    parts: list[Tree] = []
    for _ in POSITIONS.get(sign, ()):
        part, at = _parsed(text, at, depth + 1)
        parts.append(part)
    return (sign, parts), at


def _component(
    tree: Tree,
    matches: tuple[Path_ | None, ...],
    path: Path_,
    element: str | None,
    position: str | None,
) -> Component:
    sign, children = tree
    strokes = tuple(
        n for n, match in enumerate(matches) if match is not None and match[: len(path)] == path
    )
    if not path:
        strokes = tuple(range(len(matches)))
    parts = tuple(
        _component(
            child,
            matches,
            (*path, number),
            child[0] if child[0] not in POSITIONS and child[0] != UNKNOWN else None,
            POSITIONS[sign][number],
        )
        for number, child in enumerate(children)
    )
    return Component(element, strokes, parts, position)
