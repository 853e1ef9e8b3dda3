"""Tests of kanji.grading.order."""

import pytest

from kanji.grading.order import displaced


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ([], set()),
        ([0, 1, 2], set()),
        ([0, 2, 1], {1, 2}),  # both strokes of an exchange
        ([3, 1, 2, 0], {0, 3}),
        ([1, 2, 3, 0], {3}),  # the one that is drawn too late
        ([3, 0, 1, 2], {0}),  # the one that is drawn too early
    ],
)
def test_an_exchange_names_both_strokes_and_otherwise_the_fewest_are_named(
    ranks: list[int], expected: set[int]
) -> None:
    assert displaced(ranks) == expected
