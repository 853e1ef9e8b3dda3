"""The line of progress of a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from style.commands.progress_line import ProgressLine

if TYPE_CHECKING:
    from style.runs.progress import Progress


class FilmLine:
    """Prints which of `count` frames is painted, its step and the time left for the film.

    The first frame takes more steps, and at more sizes, than the others with their `frame_steps`.
    """

    def __init__(self, count: int, frame_steps: int, line: ProgressLine | None = None) -> None:
        self._count, self._frame_steps, self._line = count, frame_steps, line or ProgressLine()
        self._first = 1.0  # cost of the first frame, relative to another

    def __call__(self, number: int, progress: Progress) -> None:
        """Overwrites the line after a step of the frame `number`, from 0."""
        if number == 0:
            costs = progress.costs or (1.0,) * progress.scales
            self._first = sum(costs) / costs[-1] * progress.steps / self._frame_steps
        self._line.show(
            self._done(number, progress.done),
            f"frame {number + 1}/{self._count}, {progress.text}",
        )

    def painted(self, frames: int) -> None:
        """Overwrites the line once so many frames are painted."""
        self._line.show(self._done(frames - 1, 1.0), f"frame {frames}/{self._count}")

    def _done(self, number: int, part: float) -> float:
        before = 0.0 if number == 0 else self._first + number - 1
        own = self._first if number == 0 else 1.0
        return (before + part * own) / (self._first + self._count - 1)
