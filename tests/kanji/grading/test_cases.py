"""Inks that were once graded wrongly: `../shared/cases/ink`, described in its README."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ink.jsonl import read_jsonl
from data.references.store import load_references
from kanji.grading.grade import Grade, grade
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import careful_reading

CASES = Path(__file__).parents[4] / "shared/cases/ink"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="needs ../shared/cases/ink")


def graded(path: Path, *, leniency: float = 1.0) -> Grade:
    (ink,) = read_jsonl(path)
    assert ink.char is not None
    read_as = careful_reading(Recognizer.load(), ink, ink.char, load_references("ja"))
    return grade(ink, load_references("ja")[ink.char], leniency=leniency, read_as=read_as)


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        ("offset_*", "correct"),
        ("dot_as_tap_*", "acceptable"),
        ("handakuten_*", "correct"),
        ("order_[上感耳駐]*", "correct"),
        ("order_[終緯]*", "wrong_order"),
        ("form_*", "correct"),
        ("kana_ヒ_*", "correct"),
    ],
)
def test_each_kind_has_its_right_verdict(pattern: str, verdict: str) -> None:
    paths = sorted(CASES.glob(f"{pattern}.jsonl"))
    assert paths
    assert {path.name: graded(path).verdict for path in paths} == {p.name: verdict for p in paths}


def test_a_form_names_its_source() -> None:
    sources = [graded(path).form for path in CASES.glob("form_*.jsonl")]
    assert len(sources) == 4
    assert all(source and source.startswith("常用漢字表") for source in sources)


@pytest.mark.parametrize("character", "永田")
def test_a_far_palm_is_one_extra_stroke(character: str) -> None:
    answer = graded(CASES / f"{character}_palm_far.jsonl")
    assert [stroke.faults for stroke in answer.strokes] == [()] * 5 + [("extra",)]
    assert (answer.verdict, answer.missing) == ("wrong_strokes", ())


def test_a_stroke_whose_type_is_wrong_has_no_wrong_ending() -> None:
    answer = graded(CASES / "ending_繁_stroke6_stopped_calligraphy.jsonl", leniency=0.6)
    assert answer.strokes[5].reference == (5,)
    assert answer.strokes[5].ending is None
