"""Tests of kanji.grading.grade."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference, ReferenceStroke
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.grading.faults import FAULTS
from kanji.grading.grade import LENIENCY, VERDICTS, Grade, grade


def ink(reference: Reference, order: Sequence[int] | None = None, *, turned: int = -1) -> Ink:
    """A neat copy, its strokes in `order`, the stroke drawn at `turned` reversed."""
    curves = [reference.strokes[i].points * 300 for i in order or range(len(reference.strokes))]
    return Ink(tuple(Stroke(c[::-1] if i == turned else c) for i, c in enumerate(curves)))


def faults(answer: Grade) -> list[list[str]]:
    return [list(stroke.faults) for stroke in answer.strokes]


@pytest.fixture(scope="module")
def cross() -> Reference:
    across, down = np.array([[0, 0.5], [1, 0.5]]), np.array([[0.5, 0], [0.5, 1]])
    curves = [np.asarray(curve, np.float32) for curve in (across, down)]
    return Reference("十", tuple(ReferenceStroke(curve) for curve in curves))


@pytest.mark.parametrize("character", "一三王永海未十口鬱")
def test_a_copy_of_the_reference_is_correct_and_easy(character: str) -> None:
    answer = grade(ink(load_references()[character]), load_references()[character])
    assert (answer.verdict, answer.rating, answer.hint) == ("correct", "easy", None)
    assert answer.score > 99
    assert [s.reference for s in answer.strokes] == [(i,) for i in range(len(answer.strokes))]


def test_both_exchanged_strokes_are_named(cross: Reference) -> None:
    answer = grade(ink(cross, [1, 0]), cross)
    assert answer.verdict == "wrong_order"
    assert faults(answer) == [["wrong_order"], ["wrong_order"]]
    assert answer.rating == "again"


def test_one_stroke_drawn_too_late_is_the_only_one_named() -> None:
    reference = load_references()["未"]
    answer = grade(ink(reference, [1, 2, 3, 4, 0]), reference)
    assert faults(answer) == [[], [], [], [], ["wrong_order"]]


def test_an_alternative_order_of_the_reference_is_correct(cross: Reference) -> None:
    both = Reference(cross.character, cross.strokes, orders=((1, 0),))
    assert grade(ink(cross, [1, 0]), both).verdict == "correct"


def test_a_reversed_stroke_is_wrong_whatever_the_leniency() -> None:
    reference = load_references()["王"]
    answer = grade(ink(reference, turned=1), reference, leniency=LENIENCY["relaxed"])
    assert answer.verdict == "wrong_strokes"
    assert faults(answer) == [[], ["wrong_direction"], [], []]
    assert answer.hint == {"key": "wrong_direction", "params": {"stroke": 1, "reference": 1}}


def test_a_missing_stroke_is_named_and_the_others_have_no_fault() -> None:
    reference = load_references()["三"]
    answer = grade(ink(reference, [0, 2]), reference)
    assert answer.missing == (1,)
    assert faults(answer) == [[], []]
    assert answer.verdict == "wrong_strokes"
    assert answer.hint == {"key": "missing", "params": {"reference": 1}}


def test_an_extra_stroke_has_no_reference(cross: Reference) -> None:
    dash = Stroke(np.array([[10, 20], [60, 90]], np.float32))
    drawn = Ink((*ink(cross).strokes, dash))
    answer = grade(drawn, cross)
    expected = {"reference": None, "faults": ["extra"], "measures": None, "ending": None}
    assert answer.strokes[2].to_dict() == expected
    assert answer.verdict == "wrong_strokes"


def test_joined_strokes_are_wrong_unless_relaxed() -> None:
    reference = load_references()["三"]
    last = np.concatenate([reference.strokes[i].points for i in (1, 2)])
    drawn = Ink((Stroke(reference.strokes[0].points), Stroke(last)))
    answer = grade(drawn, reference)
    merged = answer.strokes[1].to_dict()
    assert (merged["reference"], merged["faults"]) == ([1, 2], ["merged"])
    assert merged["measures"]["length"] == pytest.approx(1, abs=0.1)
    assert answer.verdict == "wrong_strokes"
    relaxed = grade(drawn, reference, leniency=LENIENCY["relaxed"])
    assert relaxed.verdict == "acceptable"


def test_a_short_stroke_is_named_by_how_it_differs() -> None:
    reference = load_references()["三"]
    strokes = [stroke.points.copy() for stroke in reference.strokes]
    strokes[1] = strokes[1].mean(axis=0) + 0.3 * (strokes[1] - strokes[1].mean(axis=0))
    answer = grade(Ink(tuple(map(Stroke, strokes))), reference)
    assert "too_short" in answer.strokes[1].faults
    assert answer.strokes[0].faults == ()


def test_a_poor_match_that_is_read_as_another_character_is_wrong_character() -> None:
    references = load_references()
    drawn = ink(references["三"])
    answer = grade(drawn, references["玉"], read_as="三")
    assert answer.verdict == "wrong_character"
    assert answer.hint == {"key": "wrong_character", "params": {"character": "玉", "read_as": "三"}}
    assert grade(ink(references["王"]), references["王"], read_as="玉").verdict == "correct"


def test_a_lookalike_that_is_acceptable_by_its_strokes_is_wrong_character() -> None:
    references = load_references()
    drawn = ink(references["未"])
    lenient = 1.25
    assert grade(drawn, references["末"], leniency=lenient).verdict == "acceptable"
    answer = grade(drawn, references["末"], leniency=lenient, read_as="未")
    assert (answer.verdict, answer.score, answer.rating) == ("wrong_character", 0.0, "again")


def test_a_scribble_is_unreadable() -> None:
    walk = np.random.default_rng(0).normal(size=(400, 2)).cumsum(axis=0)
    answer = grade(Ink((Stroke(walk.astype(np.float32)),)), load_references()["未"])
    assert (answer.verdict, answer.rating, answer.score) == ("unreadable", "again", 0.0)


def test_more_leniency_never_lowers_the_verdict() -> None:
    reference, rng = load_references()["未"], np.random.default_rng(1)
    shaken = [stroke.points + rng.normal(scale=0.07, size=2) for stroke in reference.strokes]
    drawn = Ink(tuple(Stroke(curve.astype(np.float32)) for curve in shaken))
    grades = [grade(drawn, reference, leniency=level) for level in (0.3, 0.6, 1.0, 1.5, 3.0)]
    assert grades[0].verdict not in ("correct", "acceptable")
    assert grades[-1].verdict == "correct"
    assert [g.score for g in grades] == sorted(g.score for g in grades)


@pytest.mark.parametrize("leniency", [0.0, -1.0, float("nan"), float("inf")])
def test_a_leniency_that_is_not_positive_is_refused(cross: Reference, leniency: float) -> None:
    with pytest.raises(KanjiError, match="positive number"):
        grade(ink(cross), cross, leniency=leniency)


def test_the_answer_is_plain_json_of_the_closed_lists(cross: Reference) -> None:
    answer = json.loads(json.dumps(grade(ink(cross, [1, 0]), cross).to_dict()))
    assert answer["verdict"] in VERDICTS
    assert {fault for stroke in answer["strokes"] for fault in stroke["faults"]} <= set(FAULTS)


def test_another_form_of_the_character_is_accepted_with_its_source() -> None:
    reference = load_references()["葛"]
    eleven = next(form for form in reference.forms if len(form.strokes) == 11)
    assert len(reference.strokes) == 12
    answer = grade(ink(eleven), reference)
    assert answer.verdict == "correct" and answer.form == eleven.source
    assert "0845b" in eleven.source and len(answer.strokes) == 11
    assert grade(ink(reference), reference).form is None
    assert grade(ink(eleven, [1, 0, *range(2, 11)]), reference).form is None


@pytest.mark.parametrize("character", "典喩田")
def test_a_copy_of_another_form_is_correct_though_the_first_form_accepts_it(character: str) -> None:
    reference = load_references()[character]
    (form,) = reference.forms
    alone = Reference(character, reference.strokes, components=reference.components)
    assert grade(ink(form), alone).verdict == "acceptable"
    answer = grade(ink(form), reference)
    assert (answer.verdict, answer.form) == ("correct", form.source)


# Both stroke counts that KANJIDIC2 gives for kanji that are written in two ways. Its other double
# counts are common miscounts, most of them of 辶 and 阝.
COUNTS = {"僅": (12, 13), "牙": (5, 4), "葛": (11, 12), "謎": (16, 17), "賭": (15, 16),
          "遜": (13, 14), "遡": (13, 14), "餅": (14, 15), "餌": (14, 15)}  # fmt: skip


@pytest.mark.parametrize("character", COUNTS)
def test_a_kanji_of_two_counts_is_accepted_in_both_with_its_source(character: str) -> None:
    reference = load_references()[character]
    assert {len(way.strokes) for way in (*reference.forms, reference)} == set(COUNTS[character])
    for way in (*reference.forms, reference):
        answer = grade(ink(way), reference)
        assert answer.verdict == "correct" and len(answer.strokes) == len(way.strokes)
        assert answer.form is None or way is not reference
        assert answer.form or len(way.strokes) == len(reference.strokes)


def test_a_common_miscount_is_not_accepted() -> None:
    """近 counts 7 in KANJIDIC2, and 6 as a common miscount."""
    reference = load_references()["近"]
    assert {len(way.strokes) for way in (*reference.forms, reference)} == {7}
    strokes = [stroke.points for stroke in reference.strokes]
    joined = np.concatenate([strokes[4], strokes[5]])
    answer = grade(Ink(tuple(map(Stroke, [*strokes[:4], joined, strokes[6]]))), reference)
    assert answer.verdict == "wrong_strokes" and "merged" in answer.strokes[4].faults


def test_the_thread_radical_is_accepted_both_ways_in_every_kanji() -> None:
    every = [load_references()[character] for character in characters("joyo")]
    threads = [one for one in every if "糸偏" in "".join(one.order_sources)]
    assert len(threads) == 55
    for reference in threads:
        place = [source.startswith("糸偏") for source in reference.order_sources].index(True)
        for order in (None, reference.orders[place]):
            assert grade(ink(reference, order), reference).verdict == "correct"


def test_every_other_order_and_form_is_accepted_and_names_its_source() -> None:
    for character in characters("joyo")[::4]:
        reference = load_references()[character]
        assert len(reference.order_sources) == len(reference.orders)
        for order, source in zip(reference.orders, reference.order_sources, strict=True):
            assert source and grade(ink(reference, order), reference).verdict == "correct"
        for form in reference.forms:
            assert form.source and grade(ink(form), reference).verdict in ("correct", "acceptable")


def test_being_read_as_the_target_excuses_untidy_strokes_but_not_a_wrong_order() -> None:
    reference = load_references()["三"]

    def drawn(order: Sequence[int], *, turned: int = -1) -> Ink:
        neat = ink(reference, order, turned=turned)
        low = np.array([0, 52], np.float32)
        moved = [s.points + low * (n == 1) for n, s in zip(order, neat.strokes, strict=True)]
        return Ink(tuple(map(Stroke, moved)))

    untidy = drawn([0, 1, 2])
    assert grade(untidy, reference).verdict == "wrong_strokes"
    answer = grade(untidy, reference, read_as="三")
    assert answer.verdict == "acceptable" and "wrong_place" in answer.strokes[1].faults
    assert grade(untidy, reference, read_as="二").verdict == "wrong_character"
    strict = grade(untidy, reference, read_as="三", leniency=LENIENCY["calligraphy"])
    assert strict.verdict == "wrong_strokes"
    assert grade(drawn([1, 0, 2]), reference, read_as="三").verdict == "wrong_order"
    backwards = grade(drawn([0, 1, 2], turned=2), reference, read_as="三")
    assert backwards.verdict == "wrong_strokes"


@pytest.mark.parametrize("character", "王国")
def test_bars_in_the_wrong_places_do_not_pass_for_a_character(character: str) -> None:
    """All bars of 王 in the middle, or four bars and no upright, even if read as the target."""
    reference = load_references()["王"]
    strokes = [stroke.points.copy() for stroke in reference.strokes]
    for bar in (0, 2, 3):
        strokes[bar][:, 1] += 0.5 - strokes[bar][:, 1].mean() + 0.01 * bar
    crowded = Ink(tuple(map(Stroke, strokes)))
    target = load_references()[character]
    assert grade(crowded, target, read_as=character).verdict not in ("correct", "acceptable")
    flat = [*(reference.strokes[bar].points for bar in (0, 2, 3)), reference.strokes[2].points]
    bars = Ink(tuple(map(Stroke, flat)))
    assert grade(bars, target, read_as=character).verdict not in ("correct", "acceptable")
