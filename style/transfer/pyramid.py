"""The sizes of a painting, from coarse to fine."""

from __future__ import annotations

import math

SMALLEST = 128  # longest side in pixels of the pyramid's first picture


def pyramid(longest: int, *, least: int = SMALLEST) -> list[int]:
    """Longest sides from coarse to fine, each twice the one before; the last is `longest`."""
    doublings = max(0, math.floor(math.log2(longest / least)))
    return [round(longest / 2**power) for power in range(doublings, -1, -1)]
