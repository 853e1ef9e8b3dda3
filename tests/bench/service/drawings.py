"""Drawings to grade: synthetic, of joyo kanji of 12 strokes, as an app sends them."""

from __future__ import annotations

from service.bench.drawings import STROKES, drawings
from service.bench.service import body

COUNT = 100


def bodies() -> list[bytes]:
    """The JSON body of POST /v1/grade for each."""
    return [body(one) for one in drawings(COUNT, strokes=STROKES)]
