"""What mutation testing found that no test looked at (`python -m tests.bench.mutation grader`)."""

import numpy as np
import pytest

from data.references.reference import Reference, ReferenceStroke
from kanji.grading.grade import LENIENCY, READ_FACTOR, severe_limit
from kanji.grading.strokes import SEVERE
from kanji.grading.variation import type_keys


@pytest.mark.parametrize("leniency", [LENIENCY["normal"], LENIENCY["relaxed"], 5.0])
def test_a_drawing_that_is_read_gets_the_whole_factor_from_normal_on_and_no_more(
    leniency: float,
) -> None:
    assert severe_limit(leniency, is_read=True) == pytest.approx(SEVERE * READ_FACTOR)
    assert severe_limit(leniency, is_read=False) == SEVERE


def test_a_drawing_that_is_read_gets_no_factor_in_calligraphy() -> None:
    assert severe_limit(LENIENCY["calligraphy"], is_read=True) == SEVERE
    half = (1 + LENIENCY["calligraphy"]) / 2
    assert severe_limit(half, is_read=True) == pytest.approx(SEVERE * (1 + READ_FACTOR) / 2)


def test_the_key_of_a_type_says_whether_there_is_a_second_one() -> None:
    line = np.array([[0, 0], [1, 1]], np.float32)
    types = ("㇐a", "㇀/㇐", "㇔", "")
    strokes = tuple(ReferenceStroke(line, kind) for kind in types)
    assert type_keys(Reference("永", strokes)) == ["㇐", "㇀/", "㇔", ""]
