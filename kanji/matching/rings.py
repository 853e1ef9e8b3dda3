"""Rings, such as the handakuten of ぱ: closed strokes without a corner.

A ring may start anywhere and run either way, so a drawn ring is turned to start and run like the
reference's before the two are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kanji.matching.geometry import Array, Curve, lengths, resample

RING_POINTS = 32  # points of a drawn ring at which it may start
RING_GAP = 0.05  # least distance between the ends of a stroke over its length, if it is no ring
RING_CORNER_DEGREES = (
    60.0  # turn at one of RING_POINTS / 2 points above which a stroke has a corner
)
DRAWN_DISTANCE = 0.4  # of a drawn ring from the reference, over their radius. Larger = more lenient
# Distance between the ends of a drawn stroke over its length up to which it may be a ring.
# Three quarters of a circle have 0.3. Larger = more lenient.
DRAWN_GAP = 0.3
OVERLAP = 0.3  # fraction of a drawn ring's points at each end that may overlap the other end


def is_ring(curve: Curve) -> bool:
    """Whether the reference stroke `curve` (N, 2) is a ring."""
    if np.abs(curve[-1] - curve[0]).max() > RING_GAP * np.pi * np.abs(curve - curve[0]).max():
        return False  # most strokes; this is no more than a quick check
    points = resample(curve, RING_POINTS // 2 + 1)
    steps = np.diff(points, axis=0)
    length = np.linalg.norm(steps, axis=1).sum()
    if not np.linalg.norm(points[-1] - points[0]) < RING_GAP * length:
        return False
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    turns = (np.diff(headings) + np.pi) % (2 * np.pi) - np.pi
    return bool(np.abs(turns).max() < np.radians(RING_CORNER_DEGREES))


def turned_rings(drawn: Sequence[Curve], reference: Sequence[Curve]) -> list[Curve]:
    """`drawn`, with the stroke most like each ring of `reference` turned like this ring.

    Both are lists of (N, 2) arrays of any scale. Without a ring in `reference` nothing changes.
    """
    turned = list(drawn)
    remaining = set(range(len(turned)))
    for ring in filter(is_ring, reference):
        options = {n: option for n in remaining if (option := turned_like(drawn[n], ring))}
        if options:
            best = min(options, key=lambda n: options[n][0])
            turned[best] = options[best][1]
            remaining.remove(best)
    return turned


def turned_like(curve: Curve, ring: Curve) -> tuple[float, Curve] | None:
    """The drawn `curve` from the start and in the direction that fit `ring` best; both (N, 2).

    It comes after how far it is from a ring like this: its distance, over their radius, and how far
    it is open, over its length. The wide stroke of ぴ is round but open, and so is no better than a
    ring that was drawn as an oval. None where it is no ring.
    """
    found = _loop(curve)
    if found is None:
        return None
    loop, gap = found
    directions = (loop, loop[::-1])
    ways = np.stack([np.roll(way, -n, axis=0) for way in directions for n in range(len(loop))])
    target = _shape(resample(ring, RING_POINTS + 1)[:-1])
    distances = np.linalg.norm(_shape(ways) - target, axis=2).mean(axis=1)
    best = int(distances.argmin())
    if distances[best] > DRAWN_DISTANCE:
        return None
    return float(distances[best]) + gap, np.concatenate([ways[best], ways[best, :1]])


def _loop(curve: Curve) -> tuple[Array, float] | None:
    """The closed part of `curve` as (RING_POINTS, 2), without overlapping ends; None if open.

    After it the distance of its ends over its length.
    """
    points = resample(curve, RING_POINTS + 1)
    reach = int(OVERLAP * RING_POINTS)
    gaps = np.linalg.norm(points[:reach, None] - points[None, -reach:], axis=2)
    first, last = np.unravel_index(int(gaps.argmin()), gaps.shape)
    length = float(lengths(points[None])[0])
    loop = points[first : len(points) - reach + last + 1]
    loop_length = (len(loop) - 1) / RING_POINTS * length
    if length == 0 or gaps.min() > DRAWN_GAP * loop_length:
        return None
    closed = resample(np.concatenate([loop, loop[:1]]), RING_POINTS + 1)[:-1]
    return closed, float(gaps.min()) / loop_length


def _shape(curves: Array) -> Array:
    """`curves` (..., K, 2) about their centre, with a mean distance of 1 from it."""
    centred = curves - curves.mean(axis=-2, keepdims=True)
    size = np.linalg.norm(centred, axis=-1, keepdims=True).mean(axis=-2, keepdims=True)
    return np.asarray(centred / np.maximum(size, 1e-12))
