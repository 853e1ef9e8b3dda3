"""Which characters an ink may be read as."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from functools import cache

from data.characters import SMALL_KANA, characters, normal
from kanji.errors import UnknownCandidates

NAMED = 10  # unknown characters that an error names
SMALL_TWINS = {"ヵ": "カ", "ヶ": "ケ"}  # the others follow their small form in Unicode


def known_candidates(chosen: Iterable[str], labels: Set[str]) -> set[str]:
    """The labels that are meant by `chosen`, in any encoding that `normal` reads.

    Small kana count as large ones. Raises UnknownCandidates, which names them, for characters that
    are not among the labels, and where none is chosen.
    """
    meant = set(chosen)
    if not meant:
        raise UnknownCandidates("there are no candidates: give at least one character")
    if meant <= labels:
        return meant
    meant = {_full_size(normal(one)) for one in meant}
    if unknown := sorted(meant - labels):
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        names = " ".join(unknown[:NAMED])
        raise UnknownCandidates(
            f"the recognizer does not know {len(unknown)} of the {len(meant)} candidates:"
            f" {names}{more}; leave them out, or give a model that knows them"
        )
    return meant


@cache
def default_candidates(labels: tuple[str, ...]) -> frozenset[str]:
    """The labels that an ink is read as where no candidates are given.

    These are the joyo and jinmeiyo kanji. A recognizer that knows none of them reads all that is
    no kana, and one that knows kana alone reads those.
    """
    known = frozenset(labels)
    return known & set(characters("all")) or known - kana_and_marks() or known


def candidates_of_kind(target: str, labels: tuple[str, ...]) -> Collection[str] | None:
    """What an attempt at `target`, a label, may be read as: `target` and all of its kind.

    These are kana, or the default kanji; None stands for the default.
    """
    if target in kana_and_marks():
        return _known_kana(labels) | {target}
    others = default_candidates(labels)
    return None if target in others else others | {target}


@cache
def _known_kana(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(labels) & set(characters("kana"))


@cache
def kana_and_marks() -> frozenset[str]:
    """All characters that are no kanji; some have the shape of one, such as ロ and 口."""
    return frozenset((*characters("kana"), *characters("marks")))


def _full_size(character: str) -> str:
    if character not in SMALL_KANA:
        return character
    return SMALL_TWINS.get(character, chr(ord(character) + 1))
