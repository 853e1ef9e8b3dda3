"""What help is shown after how many refused drawings."""

from __future__ import annotations

from dataclasses import dataclass

from kanji.errors import KanjiError

HINTS = ("outline", "animation", "auto_draw")


@dataclass(frozen=True)
class HintLadder:
    """After so many misses each: the outline to write over, the strokes one after the other, and
    the character drawn for the learner, which ends the attempt as given up.

    None leaves a rung out.
    """

    outline: int | None = 1
    animation: int | None = 2
    auto_draw: int | None = 3

    def __post_init__(self) -> None:
        rungs = [r for r in (self.outline, self.animation, self.auto_draw) if r is not None]
        if any(rung < 0 for rung in rungs) or rungs != sorted(set(rungs)):
            raise KanjiError("the rungs of a ladder are misses, 0 or more, each more than the last")

    def hint(self, misses: int) -> str | None:
        """The strongest hint that so many misses call for, or None."""
        reached = [
            name for name in HINTS if (at := getattr(self, name)) is not None and misses >= at
        ]
        return reached[-1] if reached else None

    def shown(self, misses: int) -> int:
        """How many rungs have been shown: what an attempt states as `hints`."""
        return sum((at := getattr(self, name)) is not None and misses >= at for name in HINTS)
