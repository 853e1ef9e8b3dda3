"""Verdicts on drawings made from the reference itself, where the answer is known."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.ink import Ink, Points, Stroke
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.grading.grade import Grade, grade
from service.cli import main


def graded(
    character: str, change: Callable[[list[Points]], list[Points]] = list, *, target: str = ""
) -> Grade:
    strokes = [stroke.points * 300 + 50 for stroke in load_references("ja")[character].strokes]
    ink = Ink(tuple(Stroke(points) for points in change(strokes)))
    return grade(ink, load_references("ja")[target or character])


@pytest.mark.parametrize("character", "一三王永海鬱")
def test_a_copy_of_the_reference_is_correct(character: str) -> None:
    found = graded(character)
    assert (found.verdict, found.hint) == ("correct", None)
    assert [stroke.reference for stroke in found.strokes] == [
        (i,) for i in range(len(found.strokes))
    ]
    assert found.score > 99


def test_two_strokes_exchanged_are_named() -> None:
    found = graded("王", lambda s: [s[0], s[2], s[1], s[3]])
    assert found.verdict == "wrong_order"
    assert [stroke.reference for stroke in found.strokes] == [(0,), (2,), (1,), (3,)]
    assert "wrong_order" in found.strokes[1].faults + found.strokes[2].faults
    assert found.rating == "again"


def test_a_reversed_stroke_is_reported_as_backwards() -> None:
    found = graded("三", lambda s: [s[0], s[1][::-1], s[2]])
    assert found.verdict == "wrong_strokes"
    assert [stroke.faults for stroke in found.strokes] == [(), ("wrong_direction",), ()]


def test_a_missing_stroke_does_not_spoil_the_rest() -> None:
    found = graded("海", lambda s: s[:4] + s[5:])
    assert found.missing == (4,)
    assert [stroke.reference[0] for stroke in found.strokes] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_a_stroke_too_many_is_extra() -> None:
    found = graded("三", lambda s: [*s, np.array([[60, 60], [90, 300]], np.float32)])
    assert [stroke.faults for stroke in found.strokes][-1] == ("extra",)
    assert found.verdict == "wrong_strokes"


def test_joined_strokes_are_merged() -> None:
    found = graded("口", lambda s: [s[0], np.concatenate([s[1], s[2]])])
    assert found.strokes[1].reference == (1, 2)
    assert "merged" in found.strokes[1].faults


def test_another_reading_counts_only_where_strokes_stray() -> None:
    bars = [stroke.points for stroke in load_references("ja")["王"].strokes]
    king = load_references("ja")["王"]
    disordered = Ink(tuple(Stroke(bars[i]) for i in (0, 2, 1, 3)))
    assert grade(disordered, king, read_as="壬").verdict == "wrong_order"
    short = Ink(tuple(Stroke(bars[i]) for i in (1, 2, 3)))
    assert grade(short, king, read_as="土").verdict == "wrong_character"
    assert grade(short, king, read_as="王").verdict == "wrong_strokes"


def test_an_accepted_order_is_correct() -> None:
    left_to_right = [0, 1, 2, 4, 3, 5, 6, 7, 8, 9]
    assert graded("紙", lambda s: [s[i] for i in left_to_right]).verdict == "correct"


@pytest.mark.parametrize("leniency", [0.0, -1.0, float("nan"), float("inf")])
def test_leniency_is_a_positive_number(leniency: float) -> None:
    reference = load_references("ja")["一"]
    ink = Ink((Stroke(reference.strokes[0].points),))
    with pytest.raises(KanjiError, match="positive"):
        grade(ink, reference, leniency=leniency)


def test_a_lone_point_is_graded_and_refused() -> None:
    ink = Ink((Stroke(np.array([[5, 5]], np.float32)),))
    assert grade(ink, load_references("ja")["海"]).verdict in ("unreadable", "wrong_strokes")


def test_the_command_prints_a_line_an_ink(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ink.jsonl"
    line = json.dumps({"strokes": [[[0, 0], [100, 2]]], "char": "一"})
    path.write_text(f"{line}\n{line}\n")
    assert main(["grade", str(path), "--leniency", "relaxed"]) == 0
    answers = [json.loads(answer) for answer in capsys.readouterr().out.splitlines()]
    assert [answer["character"] for answer in answers] == ["一", "一"]
    assert set(answers[0]) == {
        "character", "verdict", "score", "rating", "read_as", "strokes", "missing", "form", "hint",
        "advice", "beauty", "ms",
    }  # fmt: skip
    assert main(["grade", str(path), "--so-far"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (found["character"], found["is_right"], found["next"]) == ("一", True, None)


def test_grading_and_practice_need_no_torch(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(json.dumps({"strokes": [[[0, 0], [100, 2]]], "char": "一"}))
    code = (
        "import sys; sys.modules['torch'] = None; import kanji.practice.queue;"
        "import kanji.practice.simulation; from service.cli import main;"
        f"sys.exit(main(['grade', {str(path)!r}]) or main(['grade', '--so-far', {str(path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["character"] for line in done.stdout.splitlines()] == ["一", "一"]


@pytest.mark.parametrize(
    ("wire", "said"),
    [({"strokes": [[[0, 0]]]}, '"char"'), ({"strokes": [[[0, 0]]], "char": "☃"}, "☃")],
)
def test_an_ink_without_a_known_target_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wire: object, said: str
) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(json.dumps(wire))
    assert main(["grade", str(path)]) == 2
    assert said in capsys.readouterr().err
