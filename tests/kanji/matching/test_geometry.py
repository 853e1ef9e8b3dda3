"""Tests of kanji.matching.geometry."""

from __future__ import annotations

import numpy as np

from kanji.matching.geometry import (
    Measured,
    centred_distances,
    distance_along,
    fit,
    lengths,
    longer_side,
    resample,
    resample_all,
    to_box,
)


def test_resampling_goes_by_arc_length_and_not_by_point() -> None:
    crowded = np.array([[0, 0], [0.1, 0], [0.2, 0], [4, 0]], np.float32)
    np.testing.assert_allclose(resample(crowded, 5)[:, 0], [0, 1, 2, 3, 4])


def test_a_dot_is_resampled_to_the_same_point() -> None:
    for dot in ([[2.0, 3.0]], [[2.0, 3.0], [2.0, 3.0]]):
        np.testing.assert_array_equal(resample(np.array(dot), 3), [[2, 3]] * 3)


def test_a_square_fills_the_unit_box_whatever_its_scale() -> None:
    boxed = to_box(np.array([[[100.0, 50.0], [300.0, 450.0]]]), least_side=0.3)
    np.testing.assert_allclose(boxed, [[[0, 0], [1, 1]]])


def test_a_flat_character_stays_flat_in_the_box() -> None:
    boxed = to_box(np.array([[[0.0, 0.0], [10.0, 1.0]]]), least_side=0.5)
    np.testing.assert_allclose(boxed, [[[0, 0.4], [1, 0.6]]])


def test_length_and_shape_of_a_moved_stroke() -> None:
    stroke = np.array([[[0.0, 0.0], [3.0, 4.0]]])
    moved = stroke + np.array([6.0, 8.0])
    assert lengths(stroke).tolist() == [5.0]
    centred, other = Measured(stroke).centred, Measured(moved).centred
    assert centred_distances(centred, other).tolist() == [[0.0]]
    assert centred_distances(centred, other[:, :, ::-1]).tolist() == [[5.0]]


def test_the_distance_along_a_curve_starts_at_0_and_sums_its_steps() -> None:
    assert distance_along(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]])).tolist() == [0, 5, 7]
    assert distance_along(np.array([[2.0, 3.0]])).tolist() == [0]


def test_the_longer_side_is_of_the_box_of_all_curves() -> None:
    assert longer_side([np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[5.0, 1.0]])]) == 5


def test_the_fit_recovers_scale_and_offset() -> None:
    drawn = np.random.default_rng(0).random((3, 4, 2))
    scale, offset = fit(drawn, drawn * 1.2 + [0.3, -0.1], stretch=1.6)
    np.testing.assert_allclose(scale, 1.2, rtol=1e-6)
    np.testing.assert_allclose(drawn * scale + offset, drawn * 1.2 + [0.3, -0.1])


def test_curves_resampled_together_are_those_resampled_alone_to_the_last_bit() -> None:
    generator = np.random.default_rng(2)
    for _ in range(50):
        sizes = generator.integers(1, 40, generator.integers(1, 30))
        curves = [generator.random((size, 2)) * 300 for size in sizes]
        curves.append(np.repeat(curves[0][:1], 5, axis=0))  # a dot of five points
        curves.append(curves[0][[0, 0, -1, -1]])  # a pen that rests at both ends
        curves = [one.astype(np.float32) if len(one) % 2 else one for one in curves]
        alone = np.stack([resample(curve, 16) for curve in curves])
        np.testing.assert_array_equal(resample_all(curves, 16), alone)


def test_very_many_points_are_resampled_one_by_one() -> None:
    curves = [np.random.default_rng(3).random((20_000, 2)), np.eye(2)]
    alone = np.stack([resample(curve, 16) for curve in curves])
    np.testing.assert_array_equal(resample_all(curves, 16), alone)
