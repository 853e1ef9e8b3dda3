"""Letters of other scripts as pen strokes, which a recognizer of kanji must learn to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from data.ink import Points
from data.references.reference import Reference, ReferenceStroke

LETTERS = Path(__file__).with_name("letters.txt")
JAMO_BOX = 10  # side of the box that a part of a syllable is given in
# In the order of Unicode's syllables; of the parts that letters.txt does not have, none is drawn.
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
DRAWN_FINALS = " ㄱㄴㄹㅁㅂㅅㅇ"  # the frequent ones
BELOW = "ㅗㅛㅜㅠㅡ"  # vowels that stand below the initial; the others stand on its right
ONE_LINE = "ㅡㅣ"  # without a final these look like kanji and kana: 스 and 亼, 니 and い
FIRST_SYLLABLE = 0xAC00
# Left, top, width and height of each part in the unit box, without a final.
RIGHT_LAYOUT = ((0.0, 0.1, 0.5, 0.75), (0.55, 0.0, 0.45, 1.0))
BELOW_LAYOUT = ((0.2, 0.0, 0.6, 0.5), (0.0, 0.58, 1.0, 0.42))
FINAL_BOX = (0.2, 0.65, 0.65, 0.35)
ABOVE_FINAL = 0.58  # the height of what stands above a final


@cache
def letters() -> dict[str, Reference]:
    """The strokes of Greek, Cyrillic and joined Latin letters, in the unit box.

    Letters that look like a kanji or kana are not among them.
    """
    drawn = _drawn()
    return {n: _reference(n, drawn[n]) for n in drawn if n not in INITIALS + VOWELS}


@cache
def syllables() -> dict[str, Reference]:
    """The strokes of Korean syllables, in the unit box; without double consonants."""
    return {name: _reference(name, strokes) for name, strokes in _syllables(_drawn())}


def _drawn() -> dict[str, list[Points]]:
    """The strokes of each row of letters.txt, in the coordinates of the file."""
    lines = LETTERS.read_text("utf-8").splitlines()
    rows = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    return {
        name: [
            np.array([point.split(",") for point in stroke.split()], np.float32)
            for stroke in strokes.split("/")
        ]
        for name, strokes in rows
    }


def _syllables(jamo: dict[str, list[Points]]) -> Iterator[tuple[str, list[Points]]]:
    """Korean syllables of an initial, a vowel and perhaps a final, each squeezed into a box."""
    for initial, vowel, final in product(INITIALS, VOWELS, DRAWN_FINALS):
        if initial not in jamo or vowel not in jamo or (vowel in ONE_LINE and final == " "):
            continue
        boxes = BELOW_LAYOUT if vowel in BELOW else RIGHT_LAYOUT
        strokes = [*_boxed(jamo[initial], boxes[0]), *_boxed(jamo[vowel], boxes[1])]
        if final != " ":
            strokes = [stroke * np.array([1, ABOVE_FINAL], np.float32) for stroke in strokes]
            strokes += _boxed(jamo[final], FINAL_BOX)
        row = INITIALS.index(initial) * len(VOWELS) + VOWELS.index(vowel)
        yield chr(FIRST_SYLLABLE + row * len(FINALS) + FINALS.index(final)), strokes


def _boxed(strokes: list[Points], box: tuple[float, float, float, float]) -> list[Points]:
    left, top, width, height = box
    scale = np.array([width / JAMO_BOX, height / JAMO_BOX], np.float32)
    return [stroke * scale + np.array([left, top], np.float32) for stroke in strokes]


def _reference(name: str, strokes: list[Points]) -> Reference:
    """The strokes moved and scaled into the unit box, its longer side filled."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    shift = (size.max() - size) / 2 - low
    return Reference(
        name, tuple(ReferenceStroke((stroke + shift) / size.max()) for stroke in strokes)
    )
