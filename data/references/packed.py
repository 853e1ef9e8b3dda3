"""The strokes of many characters as one small file, for a reader without a network.

The first line is JSON: `characters`, `decimals`, and how many `strokes` and `points` all have. Then
come planes of single bytes:

- of each character the number of its strokes,
- of each stroke the number of its points, low bytes, then high bytes,
- of each point x, low bytes, then high bytes; then y.

Coordinates are whole numbers of 10^-`decimals`. Each is stored as its second difference within the
stroke (the first two points as if points at 0 came before them), with the sign in the lowest bit:
0, -1, 1, -2 are 0, 1, 2, 3.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from data.ink import Points
from data.references.reference import DECIMALS, Reference

Whole = npt.NDArray[np.int64]


def packed(characters: Iterable[str], references: Mapping[str, Reference]) -> bytes:
    """The file of `characters`, all of which have `references`. Their other forms are left out."""
    names = list(characters)
    shapes = [[stroke.points for stroke in references[name].strokes] for name in names]
    strokes = [points for shape in shapes for points in shape]
    head = {
        "characters": "".join(names),
        "decimals": DECIMALS,
        "strokes": len(strokes),
        "points": sum(map(len, strokes)),
    }
    folded = np.concatenate([_folded(points) for points in strokes])
    return b"".join(
        [
            json.dumps(head, ensure_ascii=False).encode() + b"\n",
            np.array([len(shape) for shape in shapes], np.uint8).tobytes(),
            *_planes(np.array([len(points) for points in strokes])),
            *_planes(folded[:, 0]),
            *_planes(folded[:, 1]),
        ]
    )


def _folded(points: Points) -> Whole:
    """The second differences of (N, 2) points as whole numbers without a sign."""
    whole = np.rint(points.astype(np.float64) * 10**DECIMALS).astype(np.int64)
    before = np.zeros((1, 2), np.int64)
    differences = np.diff(np.diff(whole, axis=0, prepend=before), axis=0, prepend=before)
    return np.asarray(np.where(differences < 0, -2 * differences - 1, 2 * differences), np.int64)


def _planes(values: Whole) -> tuple[bytes, bytes]:
    """The low and the high bytes of numbers below 65,536."""
    if values.max(initial=0) >= 1 << 16:
        raise ValueError("a stroke has a coordinate or a count that two bytes cannot hold")
    return (values & 255).astype(np.uint8).tobytes(), (values >> 8).astype(np.uint8).tobytes()
