"""Text from outside in a message of one line: names of files may have line breaks in them."""

from __future__ import annotations

import unicodedata

ESCAPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, marks of direction, half pairs, separators


def one_line(text: str) -> str:
    """The text on one line: what would break or hide a part of it is written as an escape."""
    return "".join(_shown(one) for one in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in ESCAPED:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
