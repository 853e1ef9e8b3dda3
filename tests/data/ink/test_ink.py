import json

import numpy as np
import pytest

from data.errors import InkError
from data.ink import Ink
from data.ink.ink import MAX_POINTS


def wire(*points: object) -> dict[str, object]:
    return {"strokes": [list(points)]}


def test_a_written_ink_is_read_back() -> None:
    given = {"strokes": [[[0.0, 1.0, 5.0], [2.0, 3.0, 9.0]], [[4.0, 5.0]]], "char": "二"}
    assert Ink.from_wire(given).to_wire() == given


def test_times_since_1970_keep_their_milliseconds() -> None:
    now = 1_790_000_000_123
    ink = Ink.from_wire({"strokes": [[[0, 1, now], [2, 3, now + 8]], [[4, 5, now + 500]]]})
    assert [stroke.t.tolist() for stroke in ink.strokes if stroke.t is not None] == [[0, 8], [500]]
    with pytest.raises(InkError, match="at most 1e\\+14 ms"):
        Ink.from_wire(wire([1, 2, 1e15]))


@pytest.mark.parametrize("offset", [1e5, 1e9, -1e9, 1e11])
def test_an_ink_far_from_the_origin_keeps_its_shape(offset: float) -> None:
    near = [[[0.0, 0.0], [10.25, 3.5]], [[5.125, 7.75]]]
    far = [[[x + offset, y - offset] for x, y in stroke] for stroke in near]
    strokes = Ink.from_wire({"strokes": far}).strokes
    for stroke, points in zip(strokes, near, strict=True):
        np.testing.assert_allclose(stroke.points, points, atol=1e-4)


def test_an_ink_near_the_origin_keeps_its_coordinates() -> None:
    given = {"strokes": [[[900.0, 1000.0], [901.0, 1001.0]]]}
    assert Ink.from_wire(given).to_wire() == given
    dot = {"strokes": [[[1e6, 1e6]]]}
    assert Ink.from_wire(dot).to_wire() == dot


def test_an_ink_of_one_point_is_an_ink() -> None:
    assert Ink.from_wire(wire([3, 4])).strokes[0].points.tolist() == [[3, 4]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "strokes"),
        ([], "strokes"),
        ({"strokes": []}, "1 to 64 strokes"),
        ({"strokes": [[]]}, "no points"),
        ({"strokes": [[[1, 2]]] * 65}, "has 65"),
        (wire([1]), "not \\[x, y\\]"),
        (wire([1, "2"]), "finite"),
        (wire([1, True]), "finite"),
        (wire([1, float("nan")]), "finite"),
        (wire([1, float("inf")]), "finite"),
        (wire([1, 1e300]), "finite"),
        (wire(*[[1, 2]] * (MAX_POINTS + 1)), "at most 20000 points"),
        ({"strokes": [[[1, 2]]], "char": 3}, '"char" is a string'),
    ],
)
def test_a_bad_ink_is_refused_with_its_reason(given: object, message: str) -> None:
    with pytest.raises(InkError, match=message):
        Ink.from_wire(given)


def test_points_are_float32_whatever_the_numbers() -> None:
    assert Ink.from_wire(wire([1, 2.5])).strokes[0].points.dtype == np.float32


@pytest.mark.parametrize("offset", [0, 1_000_000])
def test_an_ink_of_columns_is_that_of_points(offset: int) -> None:
    first = ([1 + offset, 2 + offset, 7 + offset], [5, 6, 6], [1_800_000_000_000, 8, 9])
    columns = [first, ([3 + offset], [4], None)]
    points = [
        [list(one) for one in zip(*(c for c in stroke if c is not None), strict=True)]
        for stroke in columns
    ]
    expected = Ink.from_wire({"strokes": points, "char": "二"})
    ink = Ink.from_columns(columns, char="二")
    assert ink.to_wire() == expected.to_wire()
    for ours, theirs in zip(ink.strokes, expected.strokes, strict=True):
        assert ours.points.dtype == theirs.points.dtype
        assert (ours.t is None) == (theirs.t is None)


def test_too_many_points_in_columns_are_refused() -> None:
    with pytest.raises(InkError, match="at most 20000 points, this one has 20001"):
        Ink.from_columns([([1] * 20_001, [1] * 20_001, None)])


def test_the_pressure_of_a_pen_goes_through_json() -> None:
    columns = [([0, 10], [0, 5], [0, 8]), ([3], [4], None)]
    ink = Ink.from_columns(columns, pressures=[[0.25, 1.0], None])
    wire = json.loads(json.dumps(ink.to_wire()))
    assert wire["pressures"] == [[0.25, 1.0], None]
    again = Ink.from_wire(wire)
    assert again.to_wire() == wire and again.strokes[1].pressure is None
    assert "pressures" not in Ink.from_columns(columns).to_wire()
    for wrong in ([[0.5, 0.5]], [[0.5], None], [[0.5, 1.5], None], [["a", 0], None], "x", [7, 7]):
        with pytest.raises(InkError, match="pressure"):
            Ink.from_wire(wire | {"pressures": wrong})


@pytest.mark.parametrize("key", ["char", "source", "writer"])
@pytest.mark.parametrize("value", ["\ud83d", "a\udc00"])
def test_half_a_surrogate_pair_is_refused_by_name(key: str, value: str) -> None:
    with pytest.raises(InkError, match=rf'"{key}" has .\\ud.*, half of a surrogate pair'):
        Ink.from_wire({"strokes": [[[0, 0]]], key: value})


def test_a_name_of_any_length_is_no_character() -> None:
    with pytest.raises(InkError, match=r'^"char" has 100000 code points; allowed: at most 200$'):
        Ink.from_wire({"strokes": [[[0, 0]]], "char": "一" * 100_000})
    assert Ink.from_wire({"strokes": [[[0, 0]]], "char": "葛\U000e0100"}).char == "葛\U000e0100"
