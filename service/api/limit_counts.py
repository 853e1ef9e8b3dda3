"""Counts for limits in the memory of this process.

limits' own memory starts a thread for almost every request, to remove what has expired: that takes
a millisecond of CPU, a quarter of what grading a drawing takes.
"""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

MOST_COUNTS = 50_000  # at which expired counts are removed; about 10 MB


class ProcessCounts(Storage):
    """Fixed windows, for limits.strategies.FixedWindowRateLimiter. Times are seconds since 1970."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 (as limits declares it)

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, tuple[int, float]] = {}  # by key: the count, and when it ends
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a failing storage raises; this one does not fail."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the count of the current window, which lasts `expiry` seconds."""
        with self._lock:
            now = time.time()
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                if len(self._counts) >= MOST_COUNTS:
                    self._remove_expired(now)
                count, end = 0, now + expiry
            self._counts[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """The count of the current window."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the current window ends, in seconds since 1970."""
        return max(self._counts.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        """Whether the storage works."""
        return True

    def reset(self) -> int:
        """Forget all counts, and return how many there were."""
        count = len(self._counts)
        self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._counts.pop(key, None)

    def _remove_expired(self, now: float) -> None:
        """Keep the windows that go on, or none where they are too many: then all start anew."""
        going_on = {key: one for key, one in self._counts.items() if one[1] > now}
        self._counts = going_on if len(going_on) < MOST_COUNTS else {}
