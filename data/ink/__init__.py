"""Ink in memory: the strokes of one character, each an array of points.

`Ink` and `Stroke` are the types. The other files read and write JSONL (`jsonl`), hold many inks as
flat arrays (`packed`), resample strokes (`geometry`) and compute the recognizer's input
(`sequence`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.ink.ink import Ink, Points, Stroke

__all__ = ["Ink", "Points", "Stroke"]


def __getattr__(name: str) -> Any:
    """The types, when they are first used: `content` knows the kind of a file without numpy."""
    if name in __all__:
        from data.ink import ink

        return getattr(ink, name)
    raise AttributeError(f"module 'data.ink' has no attribute {name!r}")
