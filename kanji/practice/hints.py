"""Which help is shown after how many refused drawings."""

from __future__ import annotations

from dataclasses import dataclass

from kanji.errors import KanjiError

HINTS = ("outline", "animation", "auto_draw")  # the weakest first


@dataclass(frozen=True)
class HintLadder:
    """The number of misses from which each hint is shown; None never shows it.

    `outline`: the character to write over. `animation`: the strokes one after the other.
    `auto_draw`: the character is drawn for the learner, which ends the attempt as given up.
    Raises KanjiError unless the numbers are 0 or more and increase from hint to hint.
    """

    outline: int | None = 1
    animation: int | None = 2
    auto_draw: int | None = 3

    def __post_init__(self) -> None:
        misses = [n for n in (self.outline, self.animation, self.auto_draw) if n is not None]
        if any(n < 0 for n in misses) or misses != sorted(set(misses)):
            raise KanjiError(
                "outline, animation and auto_draw are numbers of misses: 0 or more, and each larger"
                " than the one before"
            )

    def hint(self, misses: int) -> str | None:
        """The strongest hint that is shown after `misses` misses, one of HINTS or None."""
        shown = self._shown(misses)
        return shown[-1] if shown else None

    def shown(self, misses: int) -> int:
        """How many hints have been shown: the `hints` of an `Attempt`."""
        return len(self._shown(misses))

    def _shown(self, misses: int) -> list[str]:
        return [name for name in HINTS if (at := getattr(self, name)) is not None and misses >= at]
