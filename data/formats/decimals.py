"""Coordinates as decimal text that reads back as the same float32."""

from __future__ import annotations

import numpy as np

from data.ink import Stroke


def decimals(stroke: Stroke) -> list[tuple[str, ...]]:
    """Each point of a stroke as x, y and, where it has times, t: decimals without an exponent."""
    columns = [stroke.points[:, 0], stroke.points[:, 1]]
    if stroke.t is not None:
        columns.append(stroke.t)
    return list(zip(*([_decimal(value) for value in column] for column in columns), strict=True))


def _decimal(value: np.float32) -> str:
    return np.format_float_positional(np.float32(value), trim="-")
