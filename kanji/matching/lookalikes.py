"""Which kanji look alike: 末 and 未, 漢 and 漠."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from data.references.reference import Reference
from kanji.matching.geometry import resample_all, to_box

POINTS = 12  # of a stroke
LEAST_SIDE = 0.35  # as in kanji.matching.match
ALIKE = 0.085  # mean distance in boxes below which two look alike; larger = more pairs


def nearest(
    characters: Sequence[str], references: Mapping[str, Reference]
) -> dict[str, tuple[str, float]]:
    """For each character the one of as many strokes whose strokes lie nearest, and how far off.

    Strokes are compared in canonical order; the distance is the mean over their points, in sides of
    the bounding box. A character that alone has so many strokes is left out.
    """
    groups: dict[int, list[str]] = defaultdict(list)
    for character in characters:
        groups[len(references[character].strokes)].append(character)
    found = {}
    for group in groups.values():
        curves = np.stack(
            [
                to_box(
                    resample_all([s.points for s in references[c].strokes], POINTS),
                    least_side=LEAST_SIDE,
                )
                for c in group
            ]
        )
        for place, character in enumerate(group if len(group) > 1 else ()):
            apart = np.linalg.norm(curves - curves[place], axis=3).mean(axis=(1, 2))
            apart[place] = np.inf
            other = int(apart.argmin())
            found[character] = group[other], float(apart[other])
    return found


def lookalikes(
    characters: Sequence[str], references: Mapping[str, Reference], *, alike: float = ALIKE
) -> dict[str, frozenset[str]]:
    """The characters that each must be kept apart from while both are new; many have none."""
    pairs: dict[str, set[str]] = defaultdict(set)
    for character, (other, apart) in nearest(characters, references).items():
        if apart < alike:
            pairs[character].add(other)
            pairs[other].add(character)
    return {character: frozenset(others) for character, others in pairs.items()}
