import numpy as np
import pytest

from data.synthetic.kinematics import Device, trace
from data.synthetic.mistakes import Mistakes, plan
from data.synthetic.writer import WriterModel

LINE = np.stack([np.linspace(0.1, 0.9, 20), np.full(20, 0.5)], axis=1).astype(np.float32)
DOWN = np.array([0, 0.2])
CORNERED = LINE[-1] + np.linspace([0, 0.04], [0, 0.4], 10)
CORNER = np.concatenate([LINE[::2], CORNERED])


def recorded(*strokes: np.ndarray, joining: float = 0.0):  # type: ignore[no-untyped-def, type-arg]
    generator = np.random.default_rng(1)
    model = WriterModel(joining=joining, disorder=0)
    writers = model.sample(1, generator)
    wanted = plan(np.array([len(strokes)]), writers, Mistakes.none(), generator)
    points = np.stack(strokes).astype(np.float32)
    return trace(points, wanted, writers, generator, device=Device(200, 0.01))


def test_the_pen_is_slow_at_both_ends_and_fast_between() -> None:
    speed = np.hypot(*np.diff(recorded(LINE).points, axis=0).T)
    middle = speed[len(speed) // 4 : len(speed) // 2].mean()
    assert middle > 3 * speed[:2].mean()
    assert middle > 3 * speed[-2:].mean()


def test_the_pen_slows_down_at_a_corner() -> None:
    found = recorded(CORNER).points
    speed = np.hypot(*np.diff(found, axis=0).T)
    corner = np.hypot(
        *(found - found[:, [0, 1]].max(axis=0) * [1, 0] - [0, found[0, 1]]).T
    ).argmin()
    assert speed[max(corner - 2, 0) : corner + 2].min() < 0.6 * speed.max()


def test_a_stroke_runs_from_end_to_end_and_time_never_stands_still() -> None:
    found = recorded(LINE, LINE + DOWN)
    assert found.stroke_offsets.tolist()[::2] == [0, len(found.points)]
    first = found.points[: found.stroke_offsets[1]]
    assert np.ptp(first[:, 0]) == pytest.approx(np.ptp(found.points[:, 0]), rel=0.01)
    assert (np.diff(found.t) > 0).all()
    assert found.t[0] == 0 or found.t[0] > 0
    pause = np.diff(found.t)[found.stroke_offsets[1] - 1]
    assert 60 < pause < 3000


def test_joined_strokes_are_one_with_points_between() -> None:
    found = recorded(LINE, LINE + DOWN, joining=1.0)
    assert found.stroke_offsets.tolist() == [0, len(found.points)]
    assert found.ink_offsets.tolist() == [0, 1]
    assert (np.diff(found.t) > 0).all()
    widest = np.hypot(*np.diff(found.points, axis=0).T).max()
    assert widest < 0.5 * np.ptp(found.points[:, 0])


def test_a_device_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="points a second"):
        Device(rate_hz=0)
