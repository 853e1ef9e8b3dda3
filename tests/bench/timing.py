"""Times for strokes that have none, by how they are to end: a sigma-lognormal movement each."""

from __future__ import annotations

import numpy as np

from data.ink import Points, Stroke
from data.synthetic.kinematics import lognormal
from kanji.grading.endings import ENDINGS_OF_TYPE
from kanji.matching.geometry import resample

RATE_HZ, MS = 120.0, 420.0  # points a second; of a movement
REST_MS = 90.0  # of a pen that stops
RELEASED = 0.5  # share of its time after which a pen that sweeps has left the paper


def timed(
    points: Points, ending: str, *, rest_ms: float = REST_MS, released: float = RELEASED
) -> Stroke:
    """The line (N, 2) as a pen draws it that ends with a "stop", or else leaves while it moves."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    last = 1.0 if ending == "stop" else released
    moving = np.linspace(0, MS * last, round(MS * last * RATE_HZ / 1000) + 1)
    rest = np.arange(0, rest_ms if ending == "stop" else 0, 1000 / RATE_HZ)[1:]
    t = np.concatenate([moving, MS * last + rest])
    done = lognormal(np.minimum(t / MS, last)) / lognormal(np.array(last))
    at = done * along[-1]
    line = np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)
    return Stroke(line.astype(np.float32), t.astype(np.float32))


def rightly(points: Points, kind: str, **how: float) -> Stroke:
    """The line with the times of an ending that its type takes."""
    return timed(points, min(ENDINGS_OF_TYPE.get(kind[:1], {"stop"})), **how)


def unhooked(points: Points) -> Points:
    """The line up to where it turns back."""
    line = resample(points, 41)
    corner = min(range(28, 39), key=lambda at: _cosine(line, at))
    return line[:corner].astype(np.float32)  # the bend is round


def hooked(points: Points) -> Points:
    """The line with a hook of an eighth of its length, turned back by 127 degrees."""
    line = resample(points, 41)
    turn = np.array([[-0.6, -0.8], [0.8, -0.6]])
    hook = line[-1] + turn @ (line[-1] - line[-6])
    return np.concatenate([line, [hook]]).astype(np.float32)


def _cosine(line: np.ndarray, corner: int) -> float:
    before, after = line[corner] - line[corner - 6], line[-1] - line[corner]
    return float(before @ after / max(np.linalg.norm(before) * np.linalg.norm(after), 1e-9))
