"""What tells a slip from a writer's own spread."""

from __future__ import annotations

import numpy as np
import pytest

from kanji.grading.slips import ODDS, SLIP_PLACE, SLIP_TURN, Slips
from kanji.matching.geometry import Array

LENGTH = 0.4  # of the strokes, in boxes


def over(x: float, turn: float, *, deviation: float, strokes: int = 8) -> Array:
    """Place, length and turn over their limits, of a writer of that standard deviation in each."""
    slips = Slips.of(np.full(strokes, LENGTH))
    deviations = np.tile([x, 0.0, turn], (strokes, 1))
    return slips.over(deviations, np.full((strokes, 3), deviation**2))[0]


def test_half_a_slip_is_the_limit_where_nobody_varies() -> None:
    place, length, turn = over(SLIP_PLACE / 2, SLIP_TURN / 2, deviation=1e-6)
    assert (place, length, turn) == pytest.approx((1, 0, 1))


def test_the_limit_is_where_a_slip_explains_it_better_by_the_odds() -> None:
    deviation, drawn = 0.04, 0.11
    limit = drawn / over(drawn, 0.0, deviation=deviation)[0]
    better = (SLIP_PLACE * limit - SLIP_PLACE**2 / 2) / deviation**2  # logarithm of the ratio
    assert better == pytest.approx(ODDS[0])


def test_where_people_vary_by_more_than_a_slip_only_what_is_larger_counts() -> None:
    deviation = SLIP_PLACE
    limit = 1 / over(1.0, 0.0, deviation=deviation)[0]
    assert limit > SLIP_PLACE
    assert limit**2 / (2 * deviation**2) == pytest.approx(ODDS[0])


def test_more_is_free_where_people_vary_more_and_among_more_strokes() -> None:
    few = [over(0.1, 0.2, deviation=spread) for spread in (0.01, 0.03, 0.1)]
    assert (np.diff(few, axis=0)[:, [0, 2]] < 0).all()
    assert over(0.1, 0.2, deviation=0.03, strokes=20)[0] < few[1][0]


def test_no_deviation_is_none_of_the_limit() -> None:
    assert over(0.0, 0.0, deviation=0.03).tolist() == [0, 0, 0]
