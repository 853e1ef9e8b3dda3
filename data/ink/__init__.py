"""Ink in memory: the strokes of one character, each an array of points.

`Ink` and `Stroke` are the types. The other files read and write JSONL (`jsonl`), hold many inks as
flat arrays (`packed`), resample strokes (`geometry`) and compute the recognizer's input
(`sequence`).
"""

from typing import TYPE_CHECKING

from data.imported_late import imported_late

if TYPE_CHECKING:
    from data.ink.ink import Ink, Points, Stroke

__all__ = ["Ink", "Points", "Stroke"]

__getattr__ = imported_late(__name__, dict.fromkeys(__all__, "ink"))
