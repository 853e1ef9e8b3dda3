"""How a running hand simplifies strokes: it drops hooks, shortens, turns round and joins.

Strokes are rows of POINTS complex numbers in the unit box, y down, as in `deformation`. How far a
writer goes is `Writers.running`, from 0 to 1. The numbers were chosen so that the strongest hand
has about as many strokes, as long and with as many sharp turns, as that of CASIA's sample
(`python -m tests.bench.running`). No label of it was used.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.synthetic.mistakes import FAULTS, Booleans, Generator, StrokePlan

REACH = 0.7  # boxes; strokes this far apart are joined a third as often as those that touch
HOOK_TURN = 1.0  # radians of turning from which the end of a stroke is a hook
HOOK_POINTS = 6  # at the end of a stroke, within which a hook turns
SHORTENED = 0.15  # of a stroke, at most, left out at each of its ends
PULL = 0.5  # of the gap, at most, by which two joined ends approach each other
PULLED_POINTS = 7  # at an end that is pulled
SMOOTHINGS = 6  # rounds of smoothing, each as strong as the writer's habit

Complex = npt.NDArray[np.complex64]


def simplified(
    points: Complex, plan: StrokePlan, running: npt.NDArray[np.float32], generator: Generator
) -> tuple[Complex, StrokePlan]:
    """The strokes (S, POINTS) of `plan` as running hands draw them, and which are joined.

    `running`: (B,), of the writer of each ink. The stages draw from `generator` in a fixed order.
    """
    habit = running[plan.ink]
    points = _without_hooks(points, generator.random(len(points)) < habit)
    cut = generator.uniform(0, SHORTENED, (2, len(points))) * habit
    points = _parts(points, cut[0], 1 - cut[1])
    follows = np.concatenate([[False], plan.ink[1:] == plan.ink[:-1]])
    points, is_turned = _turned_round(points, follows, habit, generator)
    gap = np.abs(points[1:, 0] - points[:-1, -1])
    is_joined = np.zeros(len(points), bool)
    is_joined[1:] = generator.random(len(gap)) < habit[1:] * np.exp(-gap / REACH)
    is_lifted = plan.is_lifted & ~(is_joined & follows)
    _pull_together(points, ~is_lifted, habit, generator)
    for _ in range(SMOOTHINGS):
        middle = (points[:, :-2] + points[:, 2:]) / 2
        points[:, 1:-1] += (habit * 0.8)[:, None] * (middle - points[:, 1:-1])
    faults = plan.faults.copy()
    for fault, rows in (("direction", is_turned), ("merged", ~is_lifted)):
        faults[plan.ink[rows], FAULTS.index(fault)] = True
    is_backwards = plan.is_backwards ^ is_turned
    return points, replace(plan, is_lifted=is_lifted, is_backwards=is_backwards, faults=faults)


def _without_hooks(points: Complex, is_dropped: Booleans) -> Complex:
    """Strokes that end at their last sharp turn, where there is one near their end."""
    step = np.diff(points, axis=1)
    turn = np.abs(np.angle(step[:, 1:] * step[:, :-1].conj()))[:, -HOOK_POINTS:]
    last = points.shape[1] - 1
    corner = last - HOOK_POINTS + turn.argmax(axis=1)
    is_hook = is_dropped & (turn.max(axis=1) > HOOK_TURN)
    end = np.where(is_hook, corner / last, 1)
    return _parts(points, np.zeros(len(points)), end)


def _parts(
    points: Complex, begin: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> Complex:
    """The part of each stroke from `begin` to `end`, (S,), fractions of its points."""
    last = points.shape[1] - 1
    at = (begin[:, None] + (end - begin)[:, None] * np.linspace(0, 1, last + 1)) * last
    before = np.minimum(at.astype(np.int64), last - 1)
    rows = np.arange(len(points))[:, None]
    along = at - before
    parts = points[rows, before] * (1 - along) + points[rows, before + 1] * along
    return np.ascontiguousarray(parts, np.complex64)


def _turned_round(
    points: Complex, follows: Booleans, habit: npt.NDArray[np.float32], generator: Generator
) -> tuple[Complex, Booleans]:
    """Strokes drawn from their other end where that is nearer: the last of 口, drawn in two."""
    is_turned = np.zeros(len(points), bool)
    far = np.abs(points[1:, 0] - points[:-1, -1])
    near = np.abs(points[1:, -1] - points[:-1, -1])
    chance = 0.4 * habit[1:] * (near < 0.5 * far)
    is_turned[1:] = follows[1:] & (generator.random(len(far)) < chance)
    return np.where(is_turned[:, None], points[:, ::-1], points), is_turned


def _pull_together(
    points: Complex, is_joined: Booleans, habit: npt.NDArray[np.float32], generator: Generator
) -> None:
    """Moves the ends of joined strokes towards each other, in place: corners are cut."""
    rows = np.flatnonzero(is_joined)
    gap = points[rows, 0] - points[rows - 1, -1]
    pull = generator.uniform(0, PULL, (2, len(rows))) * habit[rows]
    ramp = (np.arange(1, PULLED_POINTS + 1, dtype=np.float32) / PULLED_POINTS) ** 2
    points[rows - 1, -PULLED_POINTS:] += (gap * pull[0])[:, None] * ramp
    points[rows, :PULLED_POINTS] -= (gap * pull[1])[:, None] * ramp[::-1]
