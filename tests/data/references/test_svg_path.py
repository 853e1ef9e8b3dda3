import numpy as np
import pytest

from data.errors import CorpusError
from data.references.svg_path import polylines


def test_lines_are_relative_to_the_point_before() -> None:
    assert polylines(["m1,2 3,4l-1-1L9,9"])[0].tolist() == [[1, 2], [4, 6], [3, 5], [9, 9]]


def test_a_curve_passes_its_middle_and_its_end() -> None:
    points = polylines(["M0,0c0,4,4,4,4,0"])[0]
    assert points[-1].tolist() == [4, 0]
    np.testing.assert_allclose(points[len(points) // 2], [2, 3])


def test_a_smooth_curve_mirrors_the_control_point_before() -> None:
    smooth = polylines(["M0,0C0,1,1,2,2,2S4,1,4,0"])[0]
    np.testing.assert_allclose(smooth, polylines(["M0,0C0,1,1,2,2,2C3,2,4,1,4,0"])[0])


def test_another_command_raises_an_error() -> None:
    with pytest.raises(CorpusError, match="'A' is not one of m, l, c, s"):
        polylines(["M0,0A1,1,0,0,0,2,2"])[0]
