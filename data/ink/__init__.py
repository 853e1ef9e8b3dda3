"""One ink in memory, as a person drew it: strokes of points, and its written form."""

from data.ink.ink import Ink, Points, Stroke

__all__ = ["Ink", "Points", "Stroke"]
