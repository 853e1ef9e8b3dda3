"""Ink in memory: the strokes of one character, each an array of points.

`Ink` and `Stroke` are the types. The other files read and write JSONL (`jsonl`), hold many inks as
flat arrays (`packed`), resample strokes (`geometry`) and compute the recognizer's input
(`sequence`).
"""

from data.ink.ink import Ink, Points, Stroke

__all__ = ["Ink", "Points", "Stroke"]
