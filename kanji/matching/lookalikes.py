"""Which kanji look alike: 末 and 未, 漢 and 漠."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from data.references.reference import Reference
from kanji.matching.geometry import Array, resample_all, to_box

POINTS = 12  # points that each stroke is resampled to
MAX_DISTANCE = 0.085  # mean distance, in boxes, below which two look alike; larger = more pairs


def lookalikes(
    characters: Sequence[str], references: Mapping[str, Reference]
) -> dict[str, frozenset[str]]:
    """For each character that has some, those of `characters` that look like it.

    They should not be learned at the same time. A character without a look-alike has no entry.
    """
    pairs: dict[str, set[str]] = defaultdict(set)
    for character, (other, distance) in nearest(characters, references).items():
        if distance < MAX_DISTANCE:
            pairs[character].add(other)
            pairs[other].add(character)
    return {character: frozenset(others) for character, others in pairs.items()}


def nearest(
    characters: Sequence[str], references: Mapping[str, Reference]
) -> dict[str, tuple[str, float]]:
    """For each character the most similar one with the same number of strokes, and its distance.

    Strokes are compared in canonical order. The distance is the mean over their points, in sides of
    the bounding box. A character whose stroke count no other one shares has no entry.
    """
    groups: dict[int, list[str]] = defaultdict(list)
    for character in characters:
        groups[len(references[character].strokes)].append(character)
    neighbours = {}
    for group in groups.values():
        if len(group) == 1:
            continue
        curves = np.stack([_boxed(references[character]) for character in group])
        for n, character in enumerate(group):
            distances = np.linalg.norm(curves - curves[n], axis=3).mean(axis=(1, 2))
            distances[n] = np.inf
            other = int(distances.argmin())
            neighbours[character] = group[other], float(distances[other])
    return neighbours


def _boxed(reference: Reference) -> Array:
    """The strokes of a reference in the unit box: (S, POINTS, 2)."""
    return to_box(resample_all([stroke.points for stroke in reference.strokes], POINTS))
