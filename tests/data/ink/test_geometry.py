import numpy as np
import pytest

from data.ink.geometry import distances, resample


def test_points_are_resampled_at_equal_steps_of_length() -> None:
    crowded = np.array([[0, 0], [0.1, 0], [0.2, 0], [4, 0]])
    np.testing.assert_allclose(resample(crowded, 5), [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0]])


@pytest.mark.parametrize("dot", [[[2, 3]], [[2, 3], [2, 3]]])
def test_a_dot_is_repeated(dot: list[list[float]]) -> None:
    np.testing.assert_array_equal(resample(np.array(dot), 3), [[2, 3]] * 3)


def test_length_is_computed_in_the_dtype_of_the_points() -> None:
    points = np.array([[0, 0], [1, 1e-5], [3, 1]])
    in_float32 = resample(points.astype(np.float32), 16)
    in_float64 = resample(points.astype(np.float32).astype(np.float64), 16)
    assert in_float32.dtype == in_float64.dtype == np.float64
    np.testing.assert_allclose(in_float32, in_float64, atol=1e-6)
    assert (in_float32 != in_float64).any()


def test_distances_are_means_over_the_points_of_each_pair() -> None:
    line = np.array([[[0, 0], [1, 0]]])
    others = np.array([[[0, 3], [1, 1]], [[0, 0], [1, 0]]])
    np.testing.assert_array_equal(distances(line, others), [[2, 0]])
