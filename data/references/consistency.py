"""Checks that find errors in KanjiVG's files: types against directions, variants against the main
form. What contradicts is left out of the references.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from data.references.assignment import assign, distance_in_order
from data.references.reference import ReferenceStroke

# The directions of the straight types, in degrees clockwise from the right, as y runs down.
DIRECTIONS = {"㇐": 0.0, "㇑": 90.0, "㇒": 135.0, "㇓": 115.0, "㇏": 45.0, "㇔": 60.0, "㇀": -30.0}
# Degrees between a stroke and the direction of its type above which they contradict each other.
# Larger = fewer contradictions. A dot may fall to the left too.
TOLERANCE = 60.0
DOT_TOLERANCE = 120.0
SAME_PLACE = 0.14  # distance in boxes up to which two forms have the same stroke. Larger = more
# How much farther apart, in boxes, strokes in canonical order must be than reordered ones. Larger =
# fewer variants are left out. 緯 has 0.17 and 繕 0.10, the legitimate form 剥 (Jinmei) 0.06.
DISORDER = 0.08


def contradicts_type(stroke: ReferenceStroke) -> bool:
    """Whether a stroke runs in none of the directions of its type, such as ㇒ or ㇐b/㇔."""
    x, y = stroke.points[-1] - stroke.points[0]
    kinds = [kind[:1] for kind in stroke.type.split("/")]
    if not all(kind in DIRECTIONS for kind in kinds):
        return False
    angle = float(np.degrees(np.arctan2(y, x)))
    return all(_turn(angle, DIRECTIONS[kind]) > _tolerance(kind) for kind in kinds)


def with_sound_types(strokes: Sequence[ReferenceStroke]) -> tuple[ReferenceStroke, ...]:
    """`strokes` with the types that contradict the strokes' directions left out."""
    return tuple(replace(s, type="") if contradicts_type(s) else s for s in strokes)


def is_disordered(
    variant: Sequence[ReferenceStroke],
    strokes: Sequence[ReferenceStroke],
    accepted: Collection[tuple[int, ...]],
) -> bool:
    """Whether the strokes of `variant`, which names no order, are those of the main form reordered.

    `strokes`: of the main form. `accepted`: its orders, the canonical one too. A variant is a form
    of its own where it has another number of strokes, where a stroke runs the other way or lies
    elsewhere, or where its strokes fit almost as well in canonical order.
    """
    if len(variant) != len(strokes):
        return False
    drawn, main = [s.points for s in variant], [s.points for s in strokes]
    matched = assign(drawn, main)
    if matched.order in accepted or matched.backwards or matched.distance > SAME_PLACE:
        return False
    return distance_in_order(drawn, main) - matched.distance > DISORDER


def _tolerance(kind: str) -> float:
    return DOT_TOLERANCE if kind == "㇔" else TOLERANCE


def _turn(first: float, second: float) -> float:
    """The angle between two directions, in degrees from 0 to 180."""
    return abs((first - second + 180) % 360 - 180)
