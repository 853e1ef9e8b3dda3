"""How a stroke ends: with a stop, a hook or a sweep (止め, はね, 払い), by the pen's last moments.

Which ending a stroke of the reference takes says its type, which is KanjiVG's letter of the CJK
Strokes of Unicode. A hook is seen in the line, which turns back; a stop and a sweep in the times: a
pen that stops has slowed down and rests, a pen that sweeps leaves the paper while it moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.ink import Stroke
from data.references.reference import ReferenceStroke
from kanji.matching.geometry import Curve, resample

ENDINGS = ("stop", "hook", "sweep")
# What each type may end with. An upright may also taper off (懸針), as well as rest (垂露). Types
# that are not here end in more than one way or are too short to tell, such as dots: not judged.
ENDS = {
    **dict.fromkeys("㇐㇕㇗㇄㇛", frozenset({"stop"})),
    "㇑": frozenset({"stop", "sweep"}),
    **dict.fromkeys("㇚㇆㇖㇁㇂㇃㇈㇉㇟㇡㇙", frozenset({"hook"})),
    **dict.fromkeys("㇒㇓㇏㇀", frozenset({"sweep"})),
}
TURNED = 50.0  # degrees by which a hook of the reference turns back
HOOKED = 40.0  # degrees from which a wanted hook is one. Smaller = more lenient
STRAY = 60.0  # degrees from which an unwanted one is one. Larger = more lenient
STRAY_TAIL = 0.03  # of the character's longer side, of an unwanted hook. Larger = more lenient
LAST = 0.08  # share of a stroke's length whose speed is that of its end
MOVING = 0.75  # of the speed in its middle, above which no pen stops. Larger = more lenient
RESTING = 0.15  # of it, below which no pen sweeps. Smaller = more lenient
LEAST_POINTS = 8  # of a stroke whose times say something
STEPS, TAIL, BODY = 40, (2, 12), 6  # of a stroke; of what may be a hook; of what it turns from


@dataclass(frozen=True)
class Ending:
    """A wrong one: what the stroke is to end with, and what it was drawn with; both of ENDINGS."""

    wanted: str
    drawn: str


def wrong_ending(drawn: Stroke, reference: ReferenceStroke, *, side: float) -> Ending | None:
    """What is wrong with how `drawn` ends, or None where nothing is, or nothing can be told.

    `side`: the longer side of the drawn character. Nothing is told of a stroke without times; a
    pace between MOVING and RESTING is neither a stop nor a sweep for sure.
    """
    accepted, turn = _accepted(reference.type), _turn(reference.points)[0]
    if not accepted or drawn.t is None or len(drawn.points) < LEAST_POINTS:
        return None
    turned, tail = _turn(drawn.points)
    wanted, seen = min(accepted, key=ENDINGS.index), _seen(drawn.points, drawn.t)
    if wanted == "hook":
        is_missing = abs(turn) > TURNED and turned * np.sign(turn) < HOOKED
        return Ending(wanted, seen or "stop") if is_missing else None
    if abs(turn) < TURNED and abs(turned) > STRAY and tail > STRAY_TAIL * side:
        return Ending(wanted, "hook")
    return Ending(wanted, seen) if seen and seen not in accepted else None


def _accepted(kind: str) -> frozenset[str]:
    """The endings of a type such as ㇐a, or ㇑/㇒, which may be either; none of an unknown one."""
    found = [ENDS.get(one[:1], frozenset()) for one in kind.split("/")]
    return frozenset().union(*found) if all(found) else frozenset()


def _turn(curve: Curve) -> tuple[float, float]:
    """By how many degrees a curve turns at most near its end, clockwise, and how far it goes on."""
    line = resample(curve, STEPS + 1)
    corners = np.arange(STEPS - TAIL[1], STEPS - TAIL[0] + 1)
    tails, bodies = line[-1] - line[corners], line[corners] - line[corners - BODY]
    across = bodies[:, 0] * tails[:, 1] - bodies[:, 1] * tails[:, 0]
    angles = np.degrees(np.arctan2(across, (bodies * tails).sum(axis=1)))
    sharpest = int(np.abs(angles).argmax())
    return float(angles[sharpest]), float(np.linalg.norm(tails[sharpest]))


def _seen(points: Curve, t: Curve) -> str | None:
    """A stop or a sweep by the times, or None where they do not tell."""
    pace = _pace(np.asarray(points, np.float64), np.asarray(t, np.float64))
    if pace is None or RESTING <= pace <= MOVING:
        return None
    return "sweep" if pace > MOVING else "stop"


def _pace(points: Curve, t: Curve) -> float | None:
    """The speed at the end, its rest included, over that in the middle; None of disorder."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    moved = np.concatenate([[True], np.diff(along) > 0])
    if (np.diff(t) < 0).any() or moved.sum() < LEAST_POINTS:
        return None
    shares = np.array([0.2, 0.8, 1 - LAST])
    first, last, end = np.interp(shares * along[-1], along[moved], t[moved])
    if last <= first or t[-1] <= end:
        return None
    return float(LAST / (t[-1] - end) / ((shares[1] - shares[0]) / (last - first)))
