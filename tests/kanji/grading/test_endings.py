"""Endings of strokes are judged by times, at calligraphy's leniency and nowhere else."""

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


def told(ending: str, kind: str, points: np.ndarray = LINE, line: np.ndarray = LINE) -> object:
    return wrong_ending(timed(points, ending), ReferenceStroke(line / 100, kind), side=100)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("㇐a", {"stop"}), ("㇒", {"sweep"}), ("㇑", {"stop", "sweep"}), ("㇐/㇒", {"stop", "sweep"})],
)
def test_a_type_of_stroke_says_what_it_ends_with(kind: str, accepted: set[str]) -> None:
    for drawn in ("stop", "sweep"):
        wanted = None if drawn in accepted else Ending(min(accepted), drawn)
        assert told(drawn, kind) == wanted


@pytest.mark.parametrize("kind", ["", "㇔", "㇇", "㇔/㇏", "永"])
def test_of_other_types_nothing_is_told(kind: str) -> None:
    assert told("sweep", kind) is None and told("stop", kind) is None


def test_a_hook_is_seen_in_the_line() -> None:
    assert told("sweep", "㇚", HOOK, HOOK) is None
    straight, right = HOOK[:2], HOOK * np.array([-1, 1], np.float32)
    assert told("stop", "㇚", straight, HOOK) == Ending("hook", "stop")
    assert told("sweep", "㇚", straight, HOOK) == Ending("hook", "sweep")
    assert told("sweep", "㇚", right, HOOK) == Ending("hook", "sweep")  # to the wrong side
    assert told("sweep", "㇑", HOOK, straight) == Ending("stop", "hook")
    assert told("stop", "㇕", HOOK, HOOK) is None  # a short corner is no hook


def test_times_that_say_nothing_are_no_fault() -> None:
    sweeping = timed(LINE, "sweep")
    assert sweeping.t is not None
    wanted = ReferenceStroke(LINE / 100, "㇐")
    assert wrong_ending(sweeping, wanted, side=100) == Ending("stop", "sweep")
    for stroke in (
        Stroke(sweeping.points),
        Stroke(sweeping.points, sweeping.t[::-1]),
        Stroke(sweeping.points, np.zeros_like(sweeping.t)),
        Stroke(sweeping.points[::5], sweeping.t[::5]),
        Stroke(np.zeros_like(sweeping.points), sweeping.t),
    ):
        assert wrong_ending(stroke, wanted, side=100) is None


def written(character: str, endings: str, *, leniency: float = STRICT) -> Grade:
    """A copy whose strokes end as the letters say: s for a stop, else a sweep."""
    reference = load_references("ja")[character]
    strokes = [
        timed(stroke.points * 300 + 50, "stop" if ending == "s" else "sweep")
        for stroke, ending in zip(reference.strokes, endings, strict=True)
    ]
    return grade(Ink(tuple(strokes)), reference, leniency=leniency)


def test_calligraphy_asks_for_the_endings_and_says_which_is_wrong() -> None:
    assert written("大", "sxx").verdict == "correct"
    answer = written("大", "sxs")
    assert [stroke.faults for stroke in answer.strokes] == [(), (), ("wrong_shape",)]
    assert answer.strokes[2].ending == Ending("sweep", "stop")
    assert answer.strokes[2].to_dict()["ending"] == {"wanted": "sweep", "drawn": "stop"}
    assert answer.verdict == "acceptable" and answer.score < written("大", "sxx").score
    params = {"stroke": 2, "reference": 2, "drawn": "stop"}
    assert answer.hint == {"key": "ending_sweep", "params": params}
    assert answer.advice[0].ja == "3画目の終わりは、はらいます。"
    assert answer.advice[0].arrow is not None


def test_nobody_else_is_asked_for_endings() -> None:
    assert written("大", "xss", leniency=LENIENCY["normal"]).verdict == "correct"
    assert written("大", "xss").verdict == "acceptable"
    reference = load_references("ja")["大"]
    untimed = Ink(tuple(Stroke(stroke.points * 300) for stroke in reference.strokes))
    assert grade(untimed, reference, leniency=STRICT).verdict == "correct"


def test_a_hook_left_out_is_told_in_words_that_name_it() -> None:
    reference = load_references("ja")["丁"]
    across, down = (stroke.points * 300 for stroke in reference.strokes)
    straight = down[: np.argmax(down[:, 1]) + 1]
    answer = grade(
        Ink((timed(across, "stop"), timed(straight, "stop"))), reference, leniency=STRICT
    )
    assert answer.advice[0].en.startswith("End stroke 2 with a hook")
    whole = Ink((timed(across, "stop"), timed(down, "hook")))
    assert grade(whole, reference, leniency=STRICT).verdict == "correct"
