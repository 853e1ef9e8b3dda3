"""Decks: which kanji are learned, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.characters import LISTS, characters, info, normal
from data.references.reference import Reference
from data.suggestions import did_you_mean
from kanji.errors import KanjiError

UNRANKED = 10_000  # the frequency rank of kanji for which the sources give none
MOST_SHOWN = 30  # characters of a text that an error repeats
MOST_DIGITS = 6  # of the number of a deck
NUMBERED = ("jlpt", "grade", "frequency")  # decks that are named with a number
DECK_NAMES = (
    "joyo, jinmeiyo, all, kana, jlpt-5 to jlpt-1, grade-1 to grade-6 and grade-8, frequency-N"
)


def deck(name: str, references: Mapping[str, Reference]) -> tuple[str, ...]:
    """The kanji of a deck in the order in which they are introduced, each once.

    `name` is one of:

    - a list of `data.characters`, or several joined by "+";
    - "jlpt-5" to "jlpt-1", "grade-1" to "grade-6" and "grade-8";
    - "frequency-500", the 500 most frequent joyo kanji;
    - "component:氵", the kanji with that component;
    - the kanji themselves, in this order, in any encoding that `data.characters.normal` reads;
      Latin letters and digits, which have strokes too, are taken for a misspelled name.

    In the other decks the most frequent kanji come first. Raises KanjiError if the name is none of
    these, or if the deck is empty.
    """
    check_deck_name(name)
    kind, _, value = name.partition(":" if name.startswith("component:") else "-")
    if kind == "component" and value:
        element = normal(value)
        kanji = [c for c in characters("all") if _has_component(references.get(c), element)]
    elif kind in ("jlpt", "grade") and _is_number(value):
        kanji = [c for c in characters("all") if getattr(info(c), kind) == int(value)]
    elif kind == "frequency" and _is_number(value):
        kanji = list(_by_frequency(characters("joyo"))[: int(value)])
    elif set(name.split("+")) <= set(LISTS):
        kanji = list(characters(name))
    else:
        return _own_kanji(name, references)
    if not kanji:
        raise KanjiError(f"the deck {name!r} is empty: give {DECK_NAMES}, component:氵, or kanji")
    return _by_frequency(kanji)


def check_deck_name(name: str) -> None:
    """Raises KanjiError where a name is none that `deck` knows, nor kanji. Needs no references."""
    kind, _, value = name.partition("-")
    is_numbered = kind in NUMBERED and _is_number(value)
    if name.isascii() and not is_numbered and not set(name.split("+")) <= set(LISTS):
        if kind in NUMBERED:
            raise KanjiError(f"no deck {_shortened(name)!r}: give {kind}-NUMBER")
        shown = _shortened(name)
        nearest = did_you_mean(shown, (*LISTS, *(f"{kind}-{value or 1}" for kind in NUMBERED)))
        raise KanjiError(f"no deck {shown!r}: give {DECK_NAMES}, component:氵, or kanji{nearest}")


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


def _shortened(text: str) -> str:
    """A text as an error repeats it."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _own_kanji(text: str, references: Mapping[str, Reference]) -> tuple[str, ...]:
    kanji = dict.fromkeys(normal(c) for c in normal(text) if not c.isspace())
    unknown = [c for c in kanji if c not in references or c.isascii()]
    if unknown or not kanji:
        which = f"there are no strokes for {' '.join(unknown[:MOST_SHOWN])}; " if unknown else ""
        raise KanjiError(
            f"no deck {_shortened(text)!r}: {which}give {DECK_NAMES}, component:氵, or kanji that"
            f" have strokes{did_you_mean(text, LISTS)}"
        )
    return tuple(kanji)


def _has_component(reference: Reference | None, element: str) -> bool:
    parts = reference.components.walk() if reference and reference.components else ()
    return any(normal(part.element or "") == element for part in parts)


def _by_frequency(kanji: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(kanji, key=lambda c: (info(c).frequency or UNRANKED, c)))
