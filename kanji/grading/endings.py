"""How a stroke ends: with a stop, a hook or a sweep (止め, はね, 払い).

The ending that a reference stroke takes follows from its type, which is KanjiVG's letter of the
Unicode block CJK Strokes. A hook is seen in the line, which turns back. A stop and a sweep are seen
in the times: a pen that stops slows down and rests; a pen that sweeps leaves the paper while it
moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.ink import Stroke
from data.references.reference import ReferenceStroke
from kanji.matching.geometry import Curve, distance_along, resample

ENDINGS = ("stop", "hook", "sweep")
# The endings that each type accepts. An upright ㇑ may taper off (懸針) or rest (垂露). A type that
# is not here is not judged: it ends in more than one way, or is too short to tell, such as a dot.
ENDINGS_OF_TYPE = {
    **dict.fromkeys("㇐㇕㇗㇄㇛", frozenset({"stop"})),
    "㇑": frozenset({"stop", "sweep"}),
    **dict.fromkeys("㇚㇆㇖㇁㇂㇃㇈㇉㇟㇡㇙", frozenset({"hook"})),
    **dict.fromkeys("㇒㇓㇏㇀", frozenset({"sweep"})),
}
REFERENCE_HOOK_DEGREES = 50.0  # turn above which a reference stroke has a hook
HOOK_DEGREES = 40.0  # turn from which a wanted hook is seen. Smaller = more lenient
STRAY_HOOK_DEGREES = 60.0  # turn above which an unwanted hook is seen. Larger = more lenient
STRAY_HOOK_LENGTH = 0.03  # least length of it, over the character's longer side. Larger = lenient
END_FRACTION = 0.08  # of a stroke's length, over which the speed at its end is measured
MIDDLE = (0.2, 0.8)  # fractions of its length between which the speed in its middle is measured
SWEEP_SPEED = 0.75  # end speed over middle speed, above which no pen stops. Larger = more lenient
STOP_SPEED = 0.15  # the same, below which no pen sweeps. Smaller = more lenient
LEAST_POINTS = 8  # of a stroke whose times can be judged
STEPS = 40  # equal steps into which a stroke is divided to find its hook
HOOK_STEPS = (2, 12)  # least and most steps that a hook has
BODY_STEPS = 6  # steps before the hook that give the direction it turns from
# Decimals of a degree, to which turns are compared: on a grid of pixels many are equal but for
# rounding, and the first of them counts.
TURN_DECIMALS = 6


@dataclass(frozen=True)
class Ending:
    """A wrong ending: what the stroke should end with, and what it was drawn with; of ENDINGS."""

    wanted: str
    drawn: str


def wrong_ending(drawn: Stroke, reference: ReferenceStroke, *, side: float) -> Ending | None:
    """What is wrong with how `drawn` ends; None where nothing is wrong or nothing can be judged.

    `side`: the longer side of the drawn character, in the ink's units. A stroke without times is
    not judged. An end speed between STOP_SPEED and SWEEP_SPEED counts as either a stop or a sweep.
    """
    accepted = _accepted(reference.type)
    if not accepted or drawn.t is None or len(drawn.points) < LEAST_POINTS:
        return None
    wanted = min(accepted, key=ENDINGS.index)
    seen = ending_by_speed(drawn.points, drawn.t)
    turn, length = turn_at_end(drawn.points)
    reference_turn, _ = turn_at_end(reference.points)
    if wanted == "hook":
        has_hook = abs(reference_turn) > REFERENCE_HOOK_DEGREES
        is_missing = has_hook and turn * np.sign(reference_turn) < HOOK_DEGREES
        return Ending(wanted, seen or "stop") if is_missing else None
    is_stray = abs(turn) > STRAY_HOOK_DEGREES and length > STRAY_HOOK_LENGTH * side
    if abs(reference_turn) < REFERENCE_HOOK_DEGREES and is_stray:
        return Ending(wanted, "hook")
    return Ending(wanted, seen) if seen and seen not in accepted else None


def turn_at_end(curve: Curve) -> tuple[float, float]:
    """The sharpest turn of `curve` (N, 2) near its end, and the length of what follows it.

    The turn is in degrees, positive clockwise; the length is in the unit of the curve.
    """
    line = resample(curve, STEPS + 1)
    corners = np.arange(STEPS - HOOK_STEPS[1], STEPS - HOOK_STEPS[0] + 1)
    hooks, bodies = line[-1] - line[corners], line[corners] - line[corners - BODY_STEPS]
    cross = bodies[:, 0] * hooks[:, 1] - bodies[:, 1] * hooks[:, 0]
    angles = np.degrees(np.arctan2(cross, (bodies * hooks).sum(axis=1)))
    sharpest = int(np.abs(angles).round(TURN_DECIMALS).argmax())
    return float(angles[sharpest]), float(np.linalg.norm(hooks[sharpest]))


def _accepted(kind: str) -> frozenset[str]:
    """The endings of a type such as ㇐a, or of ㇑/㇒, which may be either; empty if unknown."""
    accepted = [ENDINGS_OF_TYPE.get(one[:1], frozenset()) for one in kind.split("/")]
    return frozenset().union(*accepted) if all(accepted) else frozenset()


def ending_by_speed(points: Curve, t: Curve) -> str | None:
    """ "stop" or "sweep" by the times `t` (N,), or None where they do not decide."""
    speed = _end_speed(np.asarray(points, np.float64), np.asarray(t, np.float64))
    if speed is None or STOP_SPEED <= speed <= SWEEP_SPEED:
        return None
    return "sweep" if speed > SWEEP_SPEED else "stop"


def _end_speed(points: Curve, t: Curve) -> float | None:
    """The speed at the end, with the rest there, over the speed in the middle.

    None where times decrease, or too few points move.
    """
    along = distance_along(points)
    is_moving = np.concatenate([[True], np.diff(along) > 0])
    if (np.diff(t) < 0).any() or is_moving.sum() < LEAST_POINTS:
        return None
    fractions = np.array([*MIDDLE, 1 - END_FRACTION])
    first, last, end = np.interp(fractions * along[-1], along[is_moving], t[is_moving])
    if last <= first or t[-1] <= end:
        return None
    return float(END_FRACTION / (t[-1] - end) / ((fractions[1] - fractions[0]) / (last - first)))
