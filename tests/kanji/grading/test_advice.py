"""Every fault has advice: text in two languages, and what to draw."""

from collections.abc import Callable

import numpy as np
import pytest

from data.ink import Ink, Points, Stroke
from data.references.store import load_references
from kanji.grading.advice import TEXTS, Advice
from kanji.grading.endings import ENDINGS
from kanji.grading.faults import FAULTS
from kanji.grading.grade import Grade, grade

Change = Callable[[list[Points]], list[Points]]


def graded(character: str, change: Change, **facts: str) -> Grade:
    strokes = [stroke.points * 300 + 50 for stroke in load_references("ja")[character].strokes]
    ink = Ink(tuple(Stroke(points.astype(np.float32)) for points in change(strokes)))
    return grade(ink, load_references("ja")[character], **facts)  # type: ignore[arg-type]


def scaled(points: Points, by: float) -> Points:
    return (points - points[0]) * by + points[0]


CASES: dict[str, tuple[str, Change]] = {
    "extra": ("三", lambda s: [*s, np.array([[60, 60], [330, 330]])]),
    "broken": ("王", lambda s: [s[0], s[1][: len(s[1]) // 2], s[1][len(s[1]) // 2 :], *s[2:]]),
    "merged": ("三", lambda s: [s[0], np.concatenate([s[1], s[2]])]),
    "wrong_order": ("永", lambda s: [s[1], s[0], *s[2:]]),
    "wrong_direction": ("三", lambda s: [s[0], s[1][::-1], s[2]]),
    "wrong_place": ("海", lambda s: [s[0] + np.array([70, 0]), *s[1:]]),
    "wrong_shape": ("木", lambda s: [*s[:3], np.array([s[3][0], s[3][0] + [0, 90], s[3][-1]])]),
    "too_short": (
        "三",
        lambda s: [s[0], s[1], (s[2] - s[2].mean(axis=0)) * 0.45 + s[2].mean(axis=0)],
    ),
    "too_long": ("六", lambda s: [scaled(s[0], 2.2), *s[1:]]),
    "missing": ("海", lambda s: s[:4] + s[5:]),
}


@pytest.mark.parametrize("key", CASES)
def test_each_fault_has_advice_in_two_languages_with_its_lines(key: str) -> None:
    character, change = CASES[key]
    answer = graded(character, change)
    given = [one for one in answer.advice if one.key == key]
    assert given, [one.key for one in answer.advice]
    wire = given[0].to_dict()
    assert wire["text"]["en"].endswith(".") and wire["text"]["ja"].endswith("。")
    assert "{" not in wire["text"]["en"] + wire["text"]["ja"]
    if key != "extra":  # the reference strokes, in the ink's coordinates
        lines = np.concatenate([np.array(line) for line in wire["lines"]])
        assert lines.min() > 0 and lines.max() < 420
        assert len(wire["lines"]) == (2 if key == "merged" else 1)
    assert answer.hint == answer.advice[0].hint


def advice(key: str) -> Advice:
    character, change = CASES[key]
    return next(one for one in graded(character, change).advice if one.key == key)


def test_the_advice_on_a_reversed_stroke_names_its_direction() -> None:
    given = advice("wrong_direction")
    assert given.en == "Write stroke 2 the other way, from left to right."
    assert given.ja == "2画目は逆向きです。左から右へ書きます。"
    assert given.arrow is not None and given.arrow[1, 0] > given.arrow[0, 0] + 100


def test_the_advice_on_a_wrong_place_says_which_way_to_move() -> None:
    given = advice("wrong_place")
    assert given.en == "Write stroke 1 further to the left."
    assert given.ja == "1画目は、もう少し左に書きます。"
    assert given.arrow is not None and given.arrow[1, 0] < given.arrow[0, 0] - 30


def test_a_missing_stroke_is_drawn_where_it_belongs() -> None:
    given = advice("missing")
    reference = load_references("ja")["海"].strokes[4].points * 300 + 50
    assert given.params == {"reference": 4} and given.en == "Stroke 5 is missing."
    np.testing.assert_allclose(given.lines[0], reference, atol=6)


def test_another_character_is_named() -> None:
    strokes = load_references("ja")["末"].strokes
    ink = Ink(tuple(Stroke(s.points * 100) for s in strokes))
    (given,) = grade(ink, load_references("ja")["未"], read_as="末").advice
    assert given.ja == "「未」ではなく「末」に見えます。" and given.lines == ()


def test_a_copy_gets_no_advice_and_every_fault_has_texts() -> None:
    assert graded("海", list).advice == ()
    endings = {f"ending_{one}" for one in ENDINGS}
    assert set(TEXTS) == {"missing", "wrong_character", "unreadable", "slant", *FAULTS, *endings}
