"""What a run tells while it goes on, and what it gives in the end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from PIL import Image

Losses = dict[str, float]


@dataclass(frozen=True)
class Progress:
    """One step: at which of the pyramid's `scales`, its longest side, the losses there.

    `picture()` renders the picture as it stands. `measure`: what `losses["total"]` is. `growth`:
    how much more a step costs at the next scale.
    """

    scale: int
    scales: int
    size: int
    step: int
    steps: int
    losses: Losses
    picture: Callable[[], Image.Image]
    measure: str = "loss"
    growth: float = 1.0

    @property
    def done(self) -> float:
        """Share of all work that is done, from 0 to 1."""
        costs = [self.growth**scale for scale in range(self.scales)]
        here = costs[self.scale] * self.step / self.steps
        return (sum(costs[: self.scale]) + here) / sum(costs)


@dataclass(frozen=True)
class Result:
    """The picture, and a report that JSON can hold."""

    image: Image.Image
    report: dict[str, Any]


Run = Generator[Progress, None, Result]


def completed(run: Run, on_progress: Callable[[Progress], None] | None) -> Result:
    """Goes through a run to its end; what `on_progress` raises ends it."""
    while True:
        try:
            progress = next(run)
        except StopIteration as end:
            result: Result = end.value
            return result
        if on_progress:
            on_progress(progress)


def kept(run: Run, on_progress: Callable[[Progress], None] | None) -> Result:
    """As `completed`; but Ctrl-C gives the picture so far, and a report that says it was stopped.

    Before the first step there is no picture: then KeyboardInterrupt goes on.
    """
    last: Progress | None = None

    def remember(progress: Progress) -> None:
        nonlocal last
        last = progress
        if on_progress:
            on_progress(progress)

    try:
        return completed(run, remember)
    except KeyboardInterrupt:
        run.close()
        if last is None:
            raise
        told = {"stopped": True, "done": round(last.done, 4), "size": last.size}
        return Result(last.picture(), told | {"losses": last.losses})
