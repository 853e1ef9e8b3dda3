"""The line of progress on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from style.runs.progress import Progress


WIDTH = 78  # characters, so that a line overwrites the one before


class ProgressLine:
    """Prints how far a run is, its loss and the time left, on one line of stderr.

    `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start: tuple[float, float] | None = None  # time of the first step, and its `done`

    def __call__(self, progress: Progress) -> None:
        """Overwrites the line after a step."""
        self.show(progress.done, progress.text)

    def show(self, done: float, text: str) -> None:
        """Overwrites the line with the fraction `done`, a text and the time left."""
        self._start = self._start or (self._clock(), done)
        line = f"{done:4.0%}  {text}{self._time_left(done, *self._start)}"
        print(f"\r{line:<{WIDTH}}", end="", file=sys.stderr, flush=True)

    def _time_left(self, done: float, start: float, done_at_start: float) -> str:
        """The time that the rest takes at the pace since the first step; empty at that step."""
        if done <= done_at_start:
            return ""
        pace = (self._clock() - start) / (done - done_at_start)
        minutes, seconds = divmod(round(pace * (1 - done)), 60)
        return f", {minutes} min {seconds:02} s left" if minutes else f", {seconds} s left"
