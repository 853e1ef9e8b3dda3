"""Endings of strokes are judged by times, and only at calligraphy's leniency."""

from __future__ import annotations

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.reference import ReferenceStroke
from data.references.store import load_references
from kanji.grading.endings import Ending, wrong_ending
from kanji.grading.grade import LENIENCY, Grade, grade
from tests.bench.timing import timed

STRICT = LENIENCY["calligraphy"]
LINE = np.array([[0, 0], [1, 0]], np.float32) * 100
HOOK = np.array([[0, 0], [0, 92], [-8, 84]], np.float32)


def wrong(ending: str, kind: str, points: np.ndarray = LINE, line: np.ndarray = LINE) -> object:
    return wrong_ending(timed(points, ending), ReferenceStroke(line / 100, kind), side=100)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("㇐a", {"stop"}), ("㇒", {"sweep"}), ("㇑", {"stop", "sweep"}), ("㇐/㇒", {"stop", "sweep"})],
)
def test_the_type_of_a_stroke_decides_how_it_ends(kind: str, accepted: set[str]) -> None:
    for drawn in ("stop", "sweep"):
        expected = None if drawn in accepted else Ending(min(accepted), drawn)
        assert wrong(drawn, kind) == expected


@pytest.mark.parametrize("kind", ["", "㇔", "㇇", "㇔/㇏", "永"])
def test_other_types_are_not_judged(kind: str) -> None:
    assert wrong("sweep", kind) is None and wrong("stop", kind) is None


def test_a_hook_is_seen_in_the_line() -> None:
    assert wrong("sweep", "㇚", HOOK, HOOK) is None
    straight, right = HOOK[:2], HOOK * np.array([-1, 1], np.float32)
    assert wrong("stop", "㇚", straight, HOOK) == Ending("hook", "stop")
    assert wrong("sweep", "㇚", straight, HOOK) == Ending("hook", "sweep")
    assert wrong("sweep", "㇚", right, HOOK) == Ending("hook", "sweep")  # to the wrong side
    assert wrong("sweep", "㇑", HOOK, straight) == Ending("stop", "hook")
    assert wrong("stop", "㇕", HOOK, HOOK) is None  # a short corner is no hook


def test_missing_or_disordered_times_are_no_fault() -> None:
    sweeping = timed(LINE, "sweep")
    assert sweeping.t is not None
    reference = ReferenceStroke(LINE / 100, "㇐")
    assert wrong_ending(sweeping, reference, side=100) == Ending("stop", "sweep")
    for stroke in (
        Stroke(sweeping.points),
        Stroke(sweeping.points, sweeping.t[::-1]),
        Stroke(sweeping.points, np.zeros_like(sweeping.t)),
        Stroke(sweeping.points[::5], sweeping.t[::5]),
        Stroke(np.zeros_like(sweeping.points), sweeping.t),
    ):
        assert wrong_ending(stroke, reference, side=100) is None


@pytest.mark.parametrize(("first", "last"), [(3, 17), (17, 19)])
def test_points_that_came_all_at_one_time_say_nothing_of_the_ending(first: int, last: int) -> None:
    """As where a busy device hands over what it has gathered; in the middle, and at the end."""
    points = np.stack([np.linspace(0, 100, 20), np.zeros(20)], axis=1).astype(np.float32)
    t = np.arange(20, dtype=np.float32) * 10
    assert wrong_ending(Stroke(points, t), ReferenceStroke(LINE / 100, "㇐"), side=100)
    t[first:] = np.maximum(t[first], t[first:] - (t[last] - t[first]))
    assert wrong_ending(Stroke(points, t), ReferenceStroke(LINE / 100, "㇐"), side=100) is None


def written(character: str, endings: str, *, leniency: float = STRICT) -> Grade:
    """A copy whose strokes end by the letters of `endings`: s is a stop, x a sweep."""
    reference = load_references("ja")[character]
    strokes = [
        timed(stroke.points * 300 + 50, "stop" if ending == "s" else "sweep")
        for stroke, ending in zip(reference.strokes, endings, strict=True)
    ]
    return grade(Ink(tuple(strokes)), reference, leniency=leniency)


def test_calligraphy_judges_endings_and_names_the_wrong_one() -> None:
    assert written("大", "sxx").verdict == "correct"
    answer = written("大", "sxs")
    assert [stroke.faults for stroke in answer.strokes] == [(), (), ("wrong_shape",)]
    assert answer.strokes[2].ending == Ending("sweep", "stop")
    assert answer.strokes[2].to_dict()["ending"] == {"wanted": "sweep", "drawn": "stop"}
    assert answer.verdict == "acceptable" and answer.score < written("大", "sxx").score
    params = {"stroke": 2, "reference": 2, "drawn": "stop"}
    assert answer.hint == {"key": "ending_sweep", "params": params}
    assert answer.advice[0].ja == "3画目の終わりは、はらいます。"
    (own_line,), arrow = answer.advice[0].lines, answer.advice[0].arrow
    assert arrow is not None
    np.testing.assert_allclose(arrow[1], own_line[-1], atol=0.01)  # the arrow shows how it ends
    assert 20 < np.linalg.norm(arrow[1] - arrow[0]) < 60  # of 300


def test_endings_are_not_judged_otherwise() -> None:
    assert written("大", "xss", leniency=LENIENCY["normal"]).verdict == "correct"
    assert written("大", "xss").verdict == "acceptable"
    reference = load_references("ja")["大"]
    untimed = Ink(tuple(Stroke(stroke.points * 300) for stroke in reference.strokes))
    assert grade(untimed, reference, leniency=STRICT).verdict == "correct"


def test_the_advice_names_a_missing_hook() -> None:
    reference = load_references("ja")["丁"]
    across, down = (stroke.points * 300 for stroke in reference.strokes)
    straight = down[: np.argmax(down[:, 1]) + 1]
    answer = grade(
        Ink((timed(across, "stop"), timed(straight, "stop"))), reference, leniency=STRICT
    )
    assert answer.advice[0].en.startswith("End stroke 2 with a hook")
    whole = Ink((timed(across, "stop"), timed(down, "hook")))
    assert grade(whole, reference, leniency=STRICT).verdict == "correct"
