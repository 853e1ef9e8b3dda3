"""Where things stand on a phone: the clock above, the buttons below, the kanji between."""

from __future__ import annotations

import math
from dataclasses import dataclass

CLOCK = 1 / 3  # of the height, at the top, that is kept free for the clock
BUTTONS = 0.15  # of the height, at the foot, that is kept free for buttons
WIDEST = 0.76  # of the width, the side of a kanji at most
GAP = 0.04  # of a kanji's side, between two in a column
SEAL, READING = 0.105, 0.085  # of the width: the side of the seal, and of a kana of the reading
MOST_CHARACTERS = 4
MOST_KANA = 6  # a longer reading is left out


@dataclass(frozen=True)
class Box:
    """A square: its left and upper edge and its side, in pixels."""

    left: int
    top: int
    side: int

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + self.side


@dataclass(frozen=True)
class Layout:
    """Squares for the kanji from above, the kana of the reading from above, and the seal."""

    kanji: tuple[Box, ...]
    kana: tuple[Box, ...]
    seal: Box | None


def layout(size: tuple[int, int], kanji: int, *, kana: int = 0, has_seal: bool = True) -> Layout:
    """The squares on a picture of `size` (width, height); a column of `kanji` characters.

    Nothing reaches into the upper third or the strip of the buttons.
    """
    width, height = size
    first, last = math.ceil(CLOCK * height), int((1 - BUTTONS) * height)
    seal_side = round(min(SEAL * width, 0.09 * (last - first))) if has_seal else 0
    room = last - first - round(1.25 * seal_side)
    side = min(WIDEST * width, room / (kanji + GAP * (kanji - 1)))
    pitch = side * (1 + GAP)
    top = max(first, first + (room - (kanji - 1) * pitch - side) / 2)
    left = (width - side) / 2
    column = tuple(Box(int(left), int(top + k * pitch), int(side)) for k in range(kanji))
    below = column[-1].bottom + round(0.25 * seal_side)
    seal = Box(int(left + side - seal_side), below, seal_side) if has_seal else None
    return Layout(column, _kana(size, column, kana), seal)


def _kana(size: tuple[int, int], column: tuple[Box, ...], count: int) -> tuple[Box, ...]:
    """A column right of the first kanji, as furigana stand."""
    if not count or count > MOST_KANA:
        return ()
    kanji = column[0]
    right = kanji.left + kanji.side
    side = min(READING * size[0], (size[0] - right) * 0.8, kanji.side / count)
    left = right + ((size[0] - right) - side) * 0.3
    return tuple(Box(int(left), int(kanji.top + k * side), int(side)) for k in range(count))
