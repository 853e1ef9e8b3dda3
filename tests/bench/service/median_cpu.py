"""CPU time of a call: the median of several."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

Answer = TypeVar("Answer")


def median_cpu_ms(
    calls: Iterable[Callable[[], Answer]], check: Callable[[Answer], object]
) -> float:
    """Milliseconds of this process; what makes a call, and `check` of its answer, are not in it."""
    times = []
    for call in calls:
        start = time.process_time()
        answer = call()
        times.append(1000 * (time.process_time() - start))
        check(answer)
    return statistics.median(times)
