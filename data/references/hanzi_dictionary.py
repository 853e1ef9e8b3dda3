"""Read makemeahanzi's `dictionary.txt`: meaning, reading and parts of Chinese characters.

Each line is a JSON object with `character`, `definition`, `pinyin`, `decomposition`, `radical` and
`matches`. The decomposition is an ideographic description sequence, with "？" for a part that has
no code point. `matches` has for each stroke the path to its part in the decomposition, as child
numbers from the root, or null. LGPL-3.0-or-later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import CorpusError
from data.json_text import json_value
from data.references.reference import Component

MAX_LINE = 1 << 16  # bytes
MAX_DEPTH = 16  # of the tree of a decomposition
UNKNOWN = "？"

# The parts of each operator of an ideographic description sequence: their positions, if they have
# a name in KanjiVG.
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

PartPath = tuple[int, ...]


@dataclass(frozen=True)
class Entry:
    """One character. `matches`: for each stroke the path to its part, None where it is unknown."""

    character: str
    definition: str | None
    pinyin: tuple[str, ...]
    decomposition: str
    radical: str | None
    matches: tuple[PartPath | None, ...]

    def components(self) -> Component:
        """The tree of parts with the strokes of each. Raises ValueError where it is damaged."""
        tree, rest = _parsed(self.decomposition, 0)
        if rest != len(self.decomposition):
            raise CorpusError(f"{self.character!r}: {self.decomposition!r} has too many parts")
        return _component(tree, self.matches, (), self.character, None)


def read_dictionary(path: Path) -> Iterator[Entry]:
    """Read the entries of a file. Raises CorpusError with the line that cannot be read."""
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if not line.strip():
                continue
            try:
                if len(line) > MAX_LINE:
                    raise ValueError(f"the line has more than {MAX_LINE} bytes")
                yield _entry(json_value(line))
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
    entry.components()  # raises here, where the line is known
    return entry


Tree = tuple[str, list[Any]]  # an operator or a character, and the trees of its parts


def _parsed(text: str, at: int, depth: int = 0) -> tuple[Tree, int]:
    """Parse the part that starts at an index of the sequence; returns it and the next index."""
    if at >= len(text) or depth > MAX_DEPTH:
        raise ValueError(f"the decomposition {text!r} is cut short or too deep")
    sign, at = text[at], at + 1
    parts: list[Tree] = []
    for _ in POSITIONS.get(sign, ()):
        part, at = _parsed(text, at, depth + 1)
        parts.append(part)
    return (sign, parts), at


def _component(
    tree: Tree,
    matches: tuple[PartPath | None, ...],
    path: PartPath,
    element: str | None,
    position: str | None,
) -> Component:
    """The component at `path`, with the strokes that `matches` assigns to it and its parts."""
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
