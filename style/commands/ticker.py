"""The line of progress on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from style.runs.progress import Progress


WIDTH = 78  # of a line of progress


class Ticker:
    """Tells how far a run is, what it has reached and how long it will take, on stderr."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: tuple[float, float] | None = None  # when, and how much was done then

    def __call__(self, progress: Progress) -> None:
        self._begun = self._begun or (self._clock(), progress.done)
        told = (
            f"{progress.done:4.0%}  {progress.size} px, step {progress.step}/{progress.steps},"
            f" {progress.measure} {progress.losses['total']:.4f}"
            f"{self._left(progress.done, *self._begun)}"
        )
        print(f"\r{told:<{WIDTH}}", end="", file=sys.stderr, flush=True)

    def _left(self, done: float, since: float, before: float) -> str:
        """As long as the rest takes at the pace so far, which the first step begins."""
        if done <= before:
            return ""
        seconds = round((self._clock() - since) * (1 - done) / (done - before))
        minutes, rest = divmod(seconds, 60)
        return f", {minutes} min {rest:02} s left" if minutes else f", {rest} s left"
