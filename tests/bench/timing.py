"""Times for strokes that have none, by how they should end: one sigma-lognormal movement each."""

from __future__ import annotations

import numpy as np

from data.ink import Points, Stroke
from data.synthetic.kinematics import lognormal
from kanji.grading.endings import ENDINGS_OF_TYPE
from kanji.matching.geometry import distance_along, resample

RATE_HZ = 120.0  # points a second
MOVEMENT_MS = 420.0  # of the whole movement
REST_MS = 90.0  # of a pen that stops
RELEASED = 0.5  # fraction of the movement after which a pen that sweeps leaves the paper
STEPS = 40  # equal steps into which a line is divided to find its hook


def timed(
    points: Points, ending: str, *, rest_ms: float = REST_MS, released: float = RELEASED
) -> Stroke:
    """The line `points` (N, 2) drawn with times: a "stop" rests at the end, others keep moving."""
    along = distance_along(points)
    last = 1.0 if ending == "stop" else released
    duration = MOVEMENT_MS * last
    moving = np.linspace(0, duration, round(duration * RATE_HZ / 1000) + 1)
    rest = np.arange(0, rest_ms if ending == "stop" else 0, 1000 / RATE_HZ)[1:]
    t = np.concatenate([moving, duration + rest])
    fraction = lognormal(np.minimum(t / MOVEMENT_MS, last)) / lognormal(np.array(last))
    distance = fraction * along[-1]
    line = np.stack([np.interp(distance, along, points[:, axis]) for axis in (0, 1)], axis=1)
    return Stroke(line.astype(np.float32), t.astype(np.float32))


def with_right_ending(points: Points, kind: str, **timing: float) -> Stroke:
    """The line with times of an ending that its type `kind` accepts."""
    return timed(points, min(ENDINGS_OF_TYPE.get(kind[:1], {"stop"})), **timing)


def unhooked(points: Points) -> Points:
    """The line up to the corner at its hook."""
    line = resample(points, STEPS + 1)
    corner = min(range(28, 39), key=lambda at: _cosine(line, at))
    return line[:corner].astype(np.float32)  # without the corner itself, which is round


def hooked(points: Points) -> Points:
    """The line with a hook of an eighth of its length that turns back by 127 degrees."""
    line = resample(points, STEPS + 1)
    rotation = np.array([[-0.6, -0.8], [0.8, -0.6]])
    hook = line[-1] + rotation @ (line[-1] - line[-6])
    return np.concatenate([line, [hook]]).astype(np.float32)


def _cosine(line: np.ndarray, corner: int) -> float:
    """The cosine of the angle by which a line turns at a corner."""
    before, after = line[corner] - line[corner - 6], line[-1] - line[corner]
    return float(before @ after / max(np.linalg.norm(before) * np.linalg.norm(after), 1e-9))
