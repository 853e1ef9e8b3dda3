"""Drawings to grade: synthetic, of joyo kanji of 12 strokes, as an app sends them."""

from __future__ import annotations

import json

from service.bench import _synthetic_inks

SCALE = 1000  # units of a side


def bodies() -> list[bytes]:
    """The JSON body of POST /v1/grade for each."""
    inks, targets = _synthetic_inks()
    return [
        json.dumps(
            {
                "character": target.character,
                "strokes": [
                    {
                        axis: (stroke.points[:, n] * SCALE).round().astype(int).tolist()
                        for n, axis in enumerate("xy")
                    }
                    for stroke in ink.strokes
                ],
            }
        ).encode()
        for ink, target in zip(inks, targets, strict=True)
    ]
