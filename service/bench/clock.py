"""CPU time of calls and of commands."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np


def median_ms(calls: Mapping[str, Callable[[int], object]], count: int) -> dict[str, float]:
    """The median CPU time of this thread in each call, in milliseconds.

    Each is called with 0 to `count` - 1, in turn with the others, so that all see the same load of
    the machine.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(count):
        for name, call in calls.items():
            start = time.thread_time()
            call(number)
            times[name].append(1000 * (time.thread_time() - start))
    return {name: float(np.median(taken)) for name, taken in times.items()}


def least_seconds(call: Callable[[], object], count: int) -> float:
    """The least CPU time of this process in `count` calls, in seconds."""
    seconds = []
    for _ in range(count):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def command_seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """The CPU time of a command and of the processes that it waited for, in seconds.

    Raises CalledProcessError where it fails.
    """
    before = children_seconds()
    subprocess.run(
        command, env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return children_seconds() - before


def children_seconds() -> float:
    """The CPU time of all processes that this one has waited for, in seconds.

    `os.times` counts the same in ticks of 10 ms: too coarse for a command of 8 ms.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
