"""A handakuten is read alike from wherever and whichever way round it is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from data.characters import characters
from data.ink import Stroke
from data.references.store import load_references
from kanji.recognizer.handakuten import with_plain_handakuten
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from tests.service.grader.drawings import ring_from

KANA = "ぱぴぷぺぽパピプペポ"


@pytest.mark.parametrize("character", KANA)
def test_a_ring_has_no_start_and_no_direction(character: str) -> None:
    references, kana = load_references(), characters("kana")
    drawn = references[character].drawn()
    for is_clockwise in (True, False):
        for start in (0, 0.2, 0.5, 0.7):
            ink = ring_from(drawn, start=start, is_clockwise=is_clockwise)
            answer = recognize(Recognizer.load(), ink, references, candidates=kana)
            assert answer.best.character == character, (start, is_clockwise)


def test_what_has_no_ring_is_read_as_it_was_drawn() -> None:
    references = load_references()
    for character in "一犬式成ほばボ口":
        ink = references[character].drawn()
        assert with_plain_handakuten(ink) is ink


def test_a_ring_elsewhere_is_no_handakuten() -> None:
    pa = load_references()["ぱ"].drawn()
    ring = pa.strokes[-1].points
    low = replace(pa, strokes=(*pa.strokes[:-1], Stroke(ring + np.float32([0, 0.6]))))
    large = replace(pa, strokes=(*pa.strokes[:-1], Stroke(ring * 5)))
    for ink in (low, large):
        assert with_plain_handakuten(ink) is ink
