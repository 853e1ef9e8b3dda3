import numpy as np
import pytest

from data.references.assignment import assign


def line(*points: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(points, np.float32)


DOWN, RIGHT, DOT = (
    line((5, 0), (5, 9)),
    line((0, 4), (9, 4)),
    line((8, 8), (9, 9)),
)


def test_the_order_is_the_index_of_each_stroke_in_the_other_drawing() -> None:
    assignment = assign([DOWN, RIGHT, DOT], [DOT, DOWN, RIGHT])
    assert assignment.order == (1, 2, 0)
    assert assignment.backwards == ()
    assert not assignment.is_in_order
    assert assignment.distance == pytest.approx(0, abs=1e-6)


def test_a_reversed_stroke_is_reported_as_backwards() -> None:
    assignment = assign([DOWN, RIGHT], [RIGHT[::-1], DOWN])
    assert (assignment.order, assignment.backwards) == ((1, 0), (1,))


def test_scale_and_position_do_not_matter() -> None:
    assignment = assign([DOWN, RIGHT], [DOWN * 40 + 7, RIGHT * 40 + 7])
    assert assignment.is_in_order
    assert assignment.distance == pytest.approx(0, abs=1e-6)


def test_a_dot_rotated_by_a_right_angle_is_not_backwards() -> None:
    turned = line((9, 8), (8, 9))
    assert assign([DOWN, RIGHT, DOT], [DOWN, RIGHT, turned]).backwards == ()


def test_a_stroke_without_length_raises_no_error() -> None:
    point = line((3, 3), (3, 3))
    assert assign([point], [point]).is_in_order
