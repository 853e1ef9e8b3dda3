"""The grader of the browser judges as Python does; tests.bench.grader_parity asks more of it."""

import random
from pathlib import Path

import pytest

from data.references.packed import packed
from data.references.store import load_references
from tests.service.grader.comparison import NODE, compared, graded, javascript_answers, readings
from tests.service.grader.drawings import Job, jobs, ring_from

GRADED, MORE, READ = 60, 300, 20  # drawings; the bench has more
# Both compute in 8 bits, whose steps another order of sums may cross; the bench finds 0.0044 off.
SAME_PROBABILITY = 0.02

pytestmark = pytest.mark.skipif(NODE is None, reason="no node: apt-get install nodejs")


@pytest.mark.parametrize("count", [GRADED, pytest.param(MORE, marks=pytest.mark.slow)])
def test_both_graders_answer_alike(count: int) -> None:
    found = list(graded(list(jobs(count, seed=1))))
    wrong = [(job.to_wire(), differences) for job, _, differences in found if differences]
    assert not wrong, f"{len(wrong)} of {len(found)}: {wrong[0][1]} for {wrong[0][0]}"
    verdicts = {answer["verdict"] for job, answer, _ in found if not job.so_far}
    assert len(verdicts) >= 5


def test_both_recognizers_read_alike() -> None:
    for one in readings(READ, seed=2):
        assert one.is_same and one.off <= SAME_PROBABILITY


def test_both_take_a_ring_as_having_no_start_and_no_direction() -> None:
    drawn = [
        Job(
            one,
            ring_from(load_references()[one].drawn(), start=0.6, is_clockwise=False),
            1,
            one,
            False,
        )
        for one in "ぱプ"
    ]
    for one in compared(drawn):
        assert one.is_same and one.off <= SAME_PROBABILITY


def test_numbers_are_rounded_as_python_rounds_them() -> None:
    generator = random.Random(1)
    halves = [n / 16 for n in range(-400, 400)]
    values = halves + [generator.uniform(-100, 100) for _ in range(2000)] + [0.0005, 1.0005, 2.675]
    lines = [{"kind": "round", "values": values, "digits": digits} for digits in (1, 3)]
    for line, answer in zip(lines, javascript_answers(lines), strict=True):
        assert answer == [round(value, line["digits"]) for value in values]


def test_packed_references_have_the_same_points(tmp_path: Path) -> None:
    names, references, file = "日鬱ぱ々ー", load_references(), tmp_path / "packed"
    file.write_bytes(packed(names, references))
    found, none = javascript_answers(
        [
            {"kind": "packed", "file": str(file), "characters": list(names)},
            {"kind": "packed", "file": str(file), "characters": ["月"]},
        ]
    )
    for name, strokes in zip(names, found, strict=True):
        assert strokes == [stroke.points.tolist() for stroke in references[name].strokes]
    assert none == [None]
