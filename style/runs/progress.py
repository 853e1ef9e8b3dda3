"""The progress that a run yields, the result that it returns, and two ways to run it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from style.errors import NotFinite

Losses = dict[str, float]  # by name; "total" is always among them


@dataclass(frozen=True)
class Progress:
    """One step of a run.

    `scale`: index of the current size, of `scales` in all. `size`: longest side of the picture at
    that scale, in pixels. `step`: 1 to `steps`, at that scale. `losses`: by name. `picture()`
    renders the current picture. `measure`: what `losses["total"]` is, "loss" or "objective".
    `costs`: of a step at each scale, in any unit; empty where all cost the same.
    """

    scale: int
    scales: int
    size: int
    step: int
    steps: int
    losses: Losses
    picture: Callable[[], Image.Image]
    measure: str = "loss"
    costs: tuple[float, ...] = ()

    @property
    def done(self) -> float:
        """Fraction of the run's total cost that is done, from 0 to 1."""
        costs = self.costs or (1.0,) * self.scales
        current = costs[self.scale] * self.step / self.steps
        return (sum(costs[: self.scale]) + current) / sum(costs)

    @property
    def text(self) -> str:
        """The step in words, for a line of progress."""
        loss = f"{self.measure} {self.losses['total']:.4f}"
        return f"{self.size} px, step {self.step}/{self.steps}, {loss}"


@dataclass(frozen=True)
class Result:
    """The picture, and a report that can be written as JSON."""

    image: Image.Image
    report: dict[str, Any]


Run = Generator[Progress, None, Result]  # yields a Progress after each step, returns the Result


def run_to_end(run: Run, on_progress: Callable[[Progress], None] | None) -> Result:
    """Runs every step and returns the result. An exception from `on_progress` ends the run."""
    while True:
        try:
            progress = next(run)
        except StopIteration as end:
            result: Result = end.value
            return result
        if on_progress:
            on_progress(progress)


def run_until_interrupted(run: Run, on_progress: Callable[[Progress], None] | None) -> Result:
    """As `run_to_end`, but Ctrl-C returns the current picture and a report with `stopped: True`.

    So does a loss that is not finite, with the picture before it; the report then has its `error`.
    Before the first step there is no picture, and KeyboardInterrupt or NotFinite propagates.
    """
    last: Progress | None = None

    def remember(progress: Progress) -> None:
        nonlocal last
        last = progress
        if on_progress:
            on_progress(progress)

    try:
        return run_to_end(run, remember)
    except KeyboardInterrupt:
        run.close()
        if last is None:
            raise
        return Result(last.picture(), _report_so_far(last))
    except NotFinite as error:
        if error.picture is None:
            raise
        return Result(error.picture, {"error": str(error)} | _report_so_far(last))


def _report_so_far(last: Progress | None) -> dict[str, Any]:
    if last is None:
        return {"stopped": True}
    done = {"done": round(last.done, 4), "size": last.size, "losses": last.losses}
    return {"stopped": True} | done
