import numpy as np
import pytest

from data.synthetic.kinematics import Device, Trace, trace
from data.synthetic.mistakes import Mistakes, plan_strokes
from data.synthetic.writer import WriterModel

LINE = np.stack([np.linspace(0.1, 0.9, 20), np.full(20, 0.5)], axis=1).astype(np.float32)
DOWN = np.array([0, 0.2])
CORNERED = LINE[-1] + np.linspace([0, 0.04], [0, 0.4], 10)
CORNER = np.concatenate([LINE[::2], CORNERED])


def recorded(*strokes: np.ndarray, joining: float = 0.0) -> Trace:
    """The strokes of one ink by a writer without mistakes, recorded at 200 Hz."""
    generator = np.random.default_rng(1)
    model = WriterModel(joining=joining, disorder=0)
    writers = model.sample(1, generator)
    plan = plan_strokes(np.array([len(strokes)]), writers, Mistakes.none(), generator)
    points = np.stack(strokes).astype(np.float32)
    return trace(points, plan, writers, generator, device=Device(200, 0.01))


def test_the_pen_is_slow_at_both_ends_and_fast_between() -> None:
    speed = np.hypot(*np.diff(recorded(LINE).points, axis=0).T)
    middle = speed[len(speed) // 4 : len(speed) // 2].mean()
    assert middle > 3 * speed[:2].mean()
    assert middle > 3 * speed[-2:].mean()


def test_the_pen_slows_down_at_a_corner() -> None:
    recording = recorded(CORNER).points
    speed = np.hypot(*np.diff(recording, axis=0).T)
    corner = np.hypot(
        *(recording - recording[:, [0, 1]].max(axis=0) * [1, 0] - [0, recording[0, 1]]).T
    ).argmin()
    assert speed[max(corner - 2, 0) : corner + 2].min() < 0.6 * speed.max()


def test_a_stroke_runs_from_end_to_end_and_times_increase() -> None:
    recording = recorded(LINE, LINE + DOWN)
    assert recording.stroke_offsets.tolist()[::2] == [0, len(recording.points)]
    first = recording.points[: recording.stroke_offsets[1]]
    assert np.ptp(first[:, 0]) == pytest.approx(np.ptp(recording.points[:, 0]), rel=0.01)
    assert (np.diff(recording.t) > 0).all()
    assert recording.t[0] >= 0
    pause = np.diff(recording.t)[recording.stroke_offsets[1] - 1]
    assert 60 < pause < 3000


def test_joined_strokes_are_one_stroke_with_points_between_them() -> None:
    recording = recorded(LINE, LINE + DOWN, joining=1.0)
    assert recording.stroke_offsets.tolist() == [0, len(recording.points)]
    assert recording.ink_offsets.tolist() == [0, 1]
    assert (np.diff(recording.t) > 0).all()
    widest = np.hypot(*np.diff(recording.points, axis=0).T).max()
    assert widest < 0.5 * np.ptp(recording.points[:, 0])


def test_an_impossible_device_raises_an_error() -> None:
    with pytest.raises(ValueError, match="points a second"):
        Device(rate_hz=0)
