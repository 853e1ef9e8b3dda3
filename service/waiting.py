"""A line that says what is waited for, where that takes longer than a moment."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SILENT_SECONDS = 1.0


@contextmanager
def say_if_slow(what: str, seconds: float = SILENT_SECONDS) -> Iterator[None]:
    """Say on stderr that `what` is waited for, if this is not done after some seconds."""
    timer = threading.Timer(seconds, _say, (what,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # so that a process that forks has no other thread


def _say(what: str) -> None:
    print(f"hitsujun: waiting for {what} ...", file=sys.stderr, flush=True)
