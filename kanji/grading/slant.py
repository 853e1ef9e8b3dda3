"""A character that is turned as a whole, such as 一 on a rising line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.ink import Ink, Stroke
from data.references.reference import Reference
from kanji.grading.form import turn_of
from kanji.matching.match import Matching, match

# Turn of the whole character at leniency 1, above which it is told. People write within 7 degrees.
# Larger = more lenient.
SLANT_LIMIT_DEGREES = 12.0
# Turn from which an ink in canonical number is matched upright, as a box hides it. Larger = faster.
MATCHED_UPRIGHT_DEGREES = 9.0


def slant_excess(turn_degrees: float, *, leniency: float) -> float:
    """The turn of the whole over its limit; above 1 it is told."""
    return abs(turn_degrees) / (SLANT_LIMIT_DEGREES * leniency)


def match_upright(ink: Ink, reference: Reference) -> Matching:
    """The matching of `ink` with `reference`, which a turn of the whole does not disturb.

    The turn is that of the strokes in the order drawn, so only an ink of the reference's number of
    strokes is matched upright.
    """
    curves = [stroke.points for stroke in ink.strokes]
    targets = [stroke.points for stroke in reference.strokes]
    as_drawn = match(curves, targets)
    if len(curves) != len(targets):
        return as_drawn
    turn = turn_of(as_drawn.ink, reference)
    if abs(np.degrees(turn)) < MATCHED_UPRIGHT_DEGREES:
        return as_drawn
    upright = match([stroke.points for stroke in turned(ink, -turn).strokes], targets)
    if upright.cost >= as_drawn.cost:
        return as_drawn
    return replace(upright, ink=as_drawn.ink)


def turned(ink: Ink, radians: float) -> Ink:
    """`ink` turned about the origin, clockwise."""
    cosine, sine = np.cos(radians), np.sin(radians)
    matrix = np.array([[cosine, -sine], [sine, cosine]])
    return Ink(tuple(Stroke(stroke.points @ matrix.T) for stroke in ink.strokes), ink.char)
