"""The candidates that a command is given by name."""

from __future__ import annotations

from pathlib import Path


def named_candidates(name: str) -> set[str]:
    """The characters of a list, of several joined by "+", of a text file or of a deck.

    Raises KanjiError for a name that is none of these.
    """
    from data.characters import LISTS, characters
    from data.content import text_of
    from data.references.store import load_references
    from data.suggestions import did_you_mean
    from kanji.errors import KanjiError
    from kanji.practice.decks import DECK_NAMES, deck

    if set(name.split("+")) <= set(LISTS):
        return set(characters(name))
    if Path(name).is_file():
        written = set("".join(text_of(Path(name)).split()))
        if not written:
            raise KanjiError(f"{name} has no characters: write those that an ink may be")
        return written
    try:
        chosen = set(deck(name, load_references()))
    except KanjiError:
        chosen = set()
    if not chosen or any(character.isascii() for character in chosen):  # a word with a mistake
        raise KanjiError(
            f"no candidates {name!r}: give {', '.join(LISTS)}, a deck ({DECK_NAMES},"
            f" component:氵, or kanji), or a text file of characters{did_you_mean(name, LISTS)}"
        )
    return chosen
