"""What is learnt, in which order: official lists, levels, grades, frequency, parts, one's own."""

from __future__ import annotations

from collections.abc import Mapping

from data.characters import LISTS, characters, info, normal
from data.references.reference import Reference
from kanji.errors import KanjiError

RARE = 10_000  # the rank of kanji that the sources give no frequency for
KINDS = "joyo, jinmeiyo, all, kana, jlpt-5 to jlpt-1, grade-1 to grade-6 and grade-8, frequency-N"


def deck(name: str, references: Mapping[str, Reference]) -> tuple[str, ...]:
    """The kanji of a deck in the order in which they are introduced, each once.

    `name`: a list, "jlpt-5" to "jlpt-1", "grade-1" to "grade-6" and "grade-8", "frequency-500" (the
    so many most frequent), "component:氵" (what has that part), or the kanji themselves, whose
    order is kept. Otherwise the frequent come first. Raises KanjiError.
    """
    kind, _, value = name.partition(":" if name.startswith("component:") else "-")
    if kind == "component" and value:
        found = [c for c in characters("all") if _has(references.get(c), value)]
    elif kind in ("jlpt", "grade") and value.isdecimal():
        found = [c for c in characters("all") if getattr(info(c), kind) == int(value)]
    elif kind == "frequency" and value.isdecimal():
        return _frequent(list(characters("joyo")))[: int(value)]
    elif set(name.split("+")) <= set(LISTS):
        found = list(characters(name))
    else:
        own = dict.fromkeys(normal(c) for c in name if not c.isspace())
        unknown = [c for c in own if c not in references]
        if unknown or not own:
            raise KanjiError(
                f"no deck {name!r}: give {KINDS}, component:氵, or kanji that have strokes"
            )
        return tuple(own)
    if not found:
        raise KanjiError(f"the deck {name!r} is empty: give {KINDS}, component:氵, or kanji")
    return _frequent(found)


def _has(reference: Reference | None, element: str) -> bool:
    parts = reference.components.walk() if reference and reference.components else ()
    return any(part.element == element for part in parts)


def _frequent(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda c: (info(c).frequency or RARE, c)))
