"""Tests of kanji.matching.rings."""

from __future__ import annotations

import numpy as np
import pytest

from kanji.matching.geometry import Curve
from kanji.matching.rings import is_ring, turned_like, turned_rings


def circle(*, start: float = 0.0, turns: float = 1.0, points: int = 40) -> Curve:
    """A circle about (0, 0) from `start`, in turns; negative `turns` run the other way."""
    angles = 2 * np.pi * (start + np.linspace(0, turns, points))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_a_ring_is_closed_and_has_no_corner() -> None:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float64)
    assert is_ring(circle())
    assert is_ring(circle(turns=0.965))  # its gap is 4 % of its length
    assert not is_ring(circle(turns=0.94))  # 6 %
    assert not is_ring(circle(turns=0.8))
    assert not is_ring(corners)
    assert not is_ring(np.zeros((2, 2)))


@pytest.mark.parametrize("start", [0.0, 0.25, 0.6])
@pytest.mark.parametrize("turns", [1.0, -1.0, 0.95, 1.1, -1.1])
def test_a_drawn_ring_is_turned_like_the_reference(start: float, turns: float) -> None:
    (turned,) = turned_rings([50 * circle(start=start, turns=turns)], [circle()])
    distances = np.linalg.norm(turned - 50 * circle(points=len(turned)), axis=1)
    assert distances.mean() < 6


def test_an_open_stroke_is_not_turned() -> None:
    line, half = np.array([[0, 0], [9.0, 9.0]]), circle(turns=-0.5)
    turned = turned_rings([line, half], [circle()])
    assert turned[0] is line and turned[1] is half


def test_an_arc_is_no_ring_up_to_three_quarters_of_a_circle() -> None:
    assert turned_like(circle(turns=0.745), circle()) is None
    assert turned_like(circle(turns=0.76), circle()) is not None


def test_only_the_stroke_most_like_the_ring_is_turned() -> None:
    oval = circle(start=0.4) * [1.0, 0.5]
    turned = turned_rings([oval, circle(start=0.4)], [circle()])
    assert turned[0] is oval
    assert np.linalg.norm(turned[1][0] - [1, 0]) < 0.2
