import numpy as np

from data.ink import Ink, Stroke
from data.ink.sequence import FEATURES, STEPS, sequence


def ink(*strokes: object) -> Ink:
    return Ink(tuple(Stroke(np.array(points, np.float32)) for points in strokes))


CROSS = ([[0, 5], [10, 5]], [[5, 0], [5, 10]])


def test_a_sequence_has_a_fixed_shape_and_is_finite() -> None:
    features = sequence(ink(*CROSS))
    assert features.shape == (STEPS, len(FEATURES))
    assert features.dtype == np.float32
    assert np.isfinite(features).all()


def test_a_lone_point_makes_a_finite_sequence() -> None:
    assert np.isfinite(sequence(ink([[3, 4]]))).all()


def test_scale_and_position_do_not_matter() -> None:
    moved = [np.array(stroke) * 137.0 + 4000 for stroke in CROSS]
    np.testing.assert_allclose(sequence(ink(*CROSS)), sequence(ink(*moved)), atol=1e-3)


def test_how_densely_the_device_samples_does_not_matter() -> None:
    dense = [np.linspace(start, end, 50) for start, end in CROSS]
    np.testing.assert_allclose(sequence(ink(*CROSS)), sequence(ink(*dense)), atol=1e-3)


def test_each_stroke_starts_once() -> None:
    features = sequence(ink(*CROSS, [[1, 1], [1.01, 1]]))
    assert features[:, FEATURES.index("new_stroke")].sum() == 3


def test_a_dot_among_many_long_strokes_is_sampled() -> None:
    bars = [[[0, y], [10, y]] for y in range(28)]
    features = sequence(ink(*bars, [[5, 30], [5.001, 30]]))
    assert features[:, FEATURES.index("new_stroke")].sum() == 29


def test_order_and_direction_are_seen() -> None:
    backwards = (CROSS[0][::-1], CROSS[1])
    for other in (CROSS[::-1], backwards):
        assert np.abs(sequence(ink(*CROSS)) - sequence(ink(*other))).max() > 0.5
