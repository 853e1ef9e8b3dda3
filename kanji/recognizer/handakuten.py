"""The handakuten of ぱ as the recognizer knows it, however it was drawn.

The references draw it from the bottom and clockwise. A ring has no start and no direction, but the
network reads points in the order drawn and takes another ring for dots: ぱ for ば.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.ink import Ink, Stroke
from kanji.matching.geometry import Array
from kanji.matching.rings import RING_POINTS, turned_like

# The longer side of a ring over that of the ink, up to which it may be a handakuten. The
# references' have 0.15 to 0.3. Larger = more strokes are taken for one.
LARGEST_SIDE = 0.45


def with_plain_handakuten(ink: Ink) -> Ink:
    """`ink`, whose last stroke is from the bottom and clockwise where it is a small ring.

    The ring must lie in the upper half, right of most of the ink. Any other ink comes back as it
    is.
    """
    last = ink.strokes[-1].points
    if len(ink.strokes) < 2 or len(last) < 3 or not _is_small_and_upper_right(ink):
        return ink
    turned = turned_like(np.asarray(last, np.float64), CIRCLE)
    if turned is None:
        return ink
    return replace(ink, strokes=(*ink.strokes[:-1], Stroke(turned[1].astype(np.float32))))


def _is_small_and_upper_right(ink: Ink) -> bool:
    """Whether the last stroke is small, and its centre right of the ink's middle and above it."""
    last, points = ink.strokes[-1].points, np.concatenate([one.points for one in ink.strokes])
    own_low, own_high = last.min(axis=0), last.max(axis=0)
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = own_low + own_high - low - high
    is_small = (own_high - own_low).max() <= LARGEST_SIDE * float((high - low).max())
    return bool(is_small and x > 0 and y < 0)


def _circle() -> Array:
    angles = np.pi / 2 + 2 * np.pi * np.arange(RING_POINTS + 1) / RING_POINTS
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


CIRCLE = _circle()  # (RING_POINTS + 1, 2), from the bottom and clockwise, as y runs down
