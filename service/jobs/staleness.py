"""Which jobs are painted by a worker that no longer reports, whatever the clocks say.

No two clocks are compared: not those of two machines, nor one before and after it was set. A worker
counts as dead when this process has seen the same heartbeat for long enough, by a clock that
never jumps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

Beats = Mapping[str, float]  # heartbeats of running jobs by id


def elapsed_seconds() -> float:
    """Seconds that only grow, also while the machine sleeps, where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class BeatWatch:
    """Remembers since when each heartbeat has been the same.

    `monotonic` gives seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: dict[str, tuple[float, float]] = {}  # heartbeat, and when it was first seen

    def stale(self, beats: Beats, *, seconds: float) -> dict[str, float]:
        """The heartbeats of `beats`, all there are now, that are the same for `seconds`."""
        now = self._monotonic()
        self._seen = {
            job_id: known if (known := self._seen.get(job_id)) and known[0] == beat else (beat, now)
            for job_id, beat in beats.items()
        }
        return {
            job_id: beat for job_id, (beat, since) in self._seen.items() if now - since >= seconds
        }


class ClockWatch:
    """Notices when the clock was set, after which its times say nothing about ages for a while.

    `wall` gives seconds since the epoch.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = elapsed_seconds,
        tolerance_seconds: float = 60.0,
        distrust_seconds: float = 86400.0,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._tolerance, self._distrust = tolerance_seconds, distrust_seconds
        self._last = wall() - monotonic()
        self._trusted_from = monotonic()

    def is_trusted(self) -> bool:
        """Whether the clock was not set by more than the tolerance lately."""
        now = self._monotonic()
        offset = self._wall() - now
        if abs(offset - self._last) > self._tolerance:
            self._last, self._trusted_from = offset, now + self._distrust
        return now >= self._trusted_from
