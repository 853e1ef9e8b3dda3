"""How broad the brush is along a stroke: entry, body and ending (起筆, 送筆, 収筆).

All lengths are in the unit of the stroke's points. A factor of 1 is the brush's usual radius.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kanji.brush.strokes import Array, BrushEnding
from kanji.grading.endings import BODY_STEPS, HOOK_STEPS, STEPS
from kanji.matching.geometry import resample

ENTRY, ENTRY_REACH = 0.16, 1.8  # more press at the start; radii over which it fades
THINNER_BODY = 0.20  # less press in the middle of a long stroke
LONG_RADII = 12.0  # length in radii from which a stroke counts as long
STOP, STOP_REACH = 0.34, 1.9  # more press at a stop
STOP_RADII = 10.0  # length in radii below which a stroke stops with less press
JOIN = 0.25  # less press where a stroke ends on another
CORNER, CORNER_REACH = 0.26, 1.7  # more press where a stroke turns
CORNER_DEGREES = 55.0  # turn within two radii from which a place is a corner
SWEEP_PART = 0.72  # of a stroke, over which a sweep tapers
NEEDLE_FLATNESS = 0.62  # exponent of the taper: smaller = full for longer, and then pointed
FOOT_PEAK, FOOT_PRESS = 0.76, 1.42  # where along it a foot is broadest, and how broad
HOOK_PRESS = 0.28
HORIZONTAL = 0.80  # of the radius where the brush moves to the right: horizontals are thinner


def press(points: Array, ending: BrushEnding, radius: float) -> Array:
    """Factors (N,) of the brush's radius at `points` (N, 2), which lie at equal steps."""
    step = float(np.linalg.norm(np.diff(points, axis=0), axis=1).mean())
    along: Array = np.arange(len(points), dtype=np.float64) * step
    length = max(float(along[-1]), 1e-9)
    if ending == "dot":
        return _dot(along / length)
    factor = _body(along, length, radius) * _thinner_horizontals(points)
    if ending != "hook":
        factor += _bumps(points, along, radius)
    return np.asarray(factor * ENDINGS[ending](points, along / length, radius / length))


def hook_start(points: Array) -> float:
    """The fraction of a stroke at which its hook begins: its sharpest turn near the end."""
    line = resample(points, STEPS + 1)
    corners = np.arange(STEPS - HOOK_STEPS[1], STEPS - HOOK_STEPS[0] + 1)
    hooks, bodies = line[-1] - line[corners], line[corners] - line[corners - BODY_STEPS]
    cosine = (bodies * hooks).sum(axis=1) / np.maximum(
        np.linalg.norm(bodies, axis=1) * np.linalg.norm(hooks, axis=1), 1e-12
    )
    return float(corners[cosine.argmin()] / STEPS)


def _body(along: Array, length: float, radius: float) -> Array:
    """Usual press, more at the entry, less in the middle of a long stroke."""
    longness = min(1.0, length / (LONG_RADII * radius))
    middle = np.sin(np.pi * along / length) ** 2
    return np.asarray(
        1 + ENTRY * _bump(along, 0.0, ENTRY_REACH * radius) - THINNER_BODY * longness * middle
    )


def _thinner_horizontals(points: Array) -> Array:
    move = np.gradient(points, axis=0)
    right = (move[:, 0] / np.maximum(np.hypot(*move.T), 1e-12)).clip(0, 1)
    # Only a movement that is level: a sweep down to the right keeps its breadth.
    return np.asarray(1 - (1 - HORIZONTAL) * np.clip((right - 0.8) / 0.15, 0, 1))


def _bumps(points: Array, along: Array, radius: float) -> Array:
    """More press at each corner."""
    reach = max(1, round(2 * radius / max(float(along[1]), 1e-9)))
    if len(points) < 2 * reach + 3:
        return np.zeros(len(points))
    ahead = points[2 * reach :] - points[reach:-reach]
    behind = points[reach:-reach] - points[: -2 * reach]
    cosine = (ahead * behind).sum(axis=1) / np.maximum(
        np.linalg.norm(ahead, axis=1) * np.linalg.norm(behind, axis=1), 1e-12
    )
    turns = np.concatenate(
        [np.zeros(reach), np.degrees(np.arccos(cosine.clip(-1, 1))), np.zeros(reach)]
    )
    bumps = np.zeros(len(points))
    while (sharpest := int(turns.argmax())) and turns[sharpest] > CORNER_DEGREES:
        bumps += CORNER * _bump(along, float(along[sharpest]), CORNER_REACH * radius)
        turns[max(0, sharpest - 2 * reach) : sharpest + 2 * reach] = 0
    return bumps


def _bump(along: Array, at: float, reach: float) -> Array:
    return np.asarray(np.exp(-(((along - at) / reach) ** 2)))


def _stop(points: Array, done: Array, radius: float) -> Array:
    shortness = np.clip(1 / max(STOP_RADII * radius, 1e-9), 0.3, 1)
    return np.asarray(1 + STOP * shortness * _bump(done, 1.0, STOP_REACH * radius))


def _join(points: Array, done: Array, radius: float) -> Array:
    return np.asarray(1 - JOIN * _bump(done, 1.0, STOP_REACH * radius))


def _sweep(points: Array, done: Array, radius: float) -> Array:
    return np.asarray(np.clip((1 - done) / SWEEP_PART, 0, 1) ** NEEDLE_FLATNESS)


def _hook(points: Array, done: Array, radius: float) -> Array:
    start = hook_start(points)
    pressed = 1 + HOOK_PRESS * _bump(done, start, 1.6 * radius)
    flick = np.clip((1 - done) / max(1 - start, 1e-9), 0, 1) ** 0.85
    return np.asarray(pressed * np.where(done > start, flick, 1))


def _foot(points: Array, done: Array, radius: float) -> Array:
    rising = 0.42 + (FOOT_PRESS - 0.42) * np.clip(done / FOOT_PEAK, 0, 1) ** 1.35
    falling = np.clip((1 - done) / (1 - FOOT_PEAK), 0, 1) ** 0.9
    return np.asarray(np.where(done > FOOT_PEAK, FOOT_PRESS * falling, rising))


def _dot(done: Array) -> Array:
    return np.asarray(0.30 + 0.95 * np.clip(done / 0.8, 0, 1) ** 1.1)


ENDINGS: dict[BrushEnding, Callable[[Array, Array, float], Array]] = {
    "stop": _stop,
    "join": _join,
    "sweep": _sweep,
    "hook": _hook,
    "foot": _foot,
}
