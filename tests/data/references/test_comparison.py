from collections.abc import Sequence

import numpy as np

from data.references.comparison import compare, summary, table
from data.references.reference import Reference, ReferenceStroke

ACROSS, DOWN, LOW = ([[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]], [[0.1, 0.9], [0.9, 0.9]])


def reference(*strokes: Sequence[Sequence[float]], orders: tuple[object, ...] = ()) -> Reference:
    drawn = tuple(ReferenceStroke(np.array(points, np.float32)) for points in strokes)
    return Reference("", drawn, orders)  # type: ignore[arg-type]


JA = {
    "十": reference(ACROSS, DOWN),
    "土": reference(ACROSS, DOWN, LOW, orders=((1, 0, 2),)),
    "工": reference(ACROSS, DOWN, LOW, orders=((2, 1, 0),)),
    "一": reference(ACROSS),
    "丨": reference(DOWN),
}
ZH = {
    "十": reference(ACROSS, DOWN),
    "土": reference(DOWN, ACROSS, LOW),
    "工": reference(DOWN, LOW, ACROSS),
    "一": reference(ACROSS[::-1]),
    "二": reference(ACROSS, LOW),
    "三": reference(LOW),
}


def test_every_kind_of_difference_is_reported() -> None:
    compared = {
        c.character: c for c in compare(JA, ZH | {"丨": ZH["二"]}, characters="十土工一丨二八")
    }
    assert [compared[c].differences for c in "十土工一丨二八"] == [
        (),
        ("order",),
        ("order",),
        ("direction",),
        ("count",),
        ("absent",),
        ("absent",),
    ]
    assert compared["二"].counts == (None, 2)
    assert compared["工"].assignment is not None
    assert compared["工"].assignment.order == (2, 0, 1)


def test_an_order_that_the_first_set_accepts_is_marked() -> None:
    compared = {c.character: c.is_accepted for c in compare(JA, ZH, characters="土工")}
    assert compared == {"土": True, "工": False}


def test_the_summary_counts_and_the_table_numbers_strokes_from_one() -> None:
    compared = list(compare(JA, ZH, characters="十土工一"))
    counts = summary(compared)
    assert (counts["order"], counts["direction"], counts["agree"]) == (2, 1, 1)
    assert (counts["accepted"], counts["characters"]) == (1, 4)
    lines = list(table(compared, ("ja", "zh")))
    assert lines[1] == "土\t3\t3\torder (accepted)\t2 1 3"
    assert lines[3] == "一\t1\t1\tdirection\t-1"
    assert len(lines) == 4


def test_json_numbers_strokes_from_zero() -> None:
    (compared,) = compare(JA, ZH, characters="土")
    wire = compared.to_dict()
    assert (wire["order"], wire["accepted"], wire["counts"]) == ((1, 0, 2), True, (3, 3))
