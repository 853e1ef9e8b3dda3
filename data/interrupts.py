"""Ctrl-C and SIGTERM, held back while something is written, and never lost at a start."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Handler = Callable[[int, Any], Any]

STOPPING: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that stop a command are handled behind the block, so that what it writes is whole."""
    came: list[int] = []
    with _answered_by(lambda number, _: came.append(number)) as handlers:
        yield
    for number in came[:1]:
        handlers[number](number, None)


@contextmanager
def noted_stops() -> Iterator[Callable[[], None]]:
    """Signals that stop a command raise KeyboardInterrupt; what is yielded raises it for lost ones.

    Python drops an exception of a handler that runs within a weakref's callback or a hook of a
    fork, as there are many in imports. So what runs for ever calls this before it begins.
    """
    came: list[int] = []

    def stop(number: int, _: Any) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    with _answered_by(stop):
        yield check


@contextmanager
def _answered_by(answer: Handler) -> Iterator[dict[int, Handler]]:
    """`answer` handles the signals that stop a command in the block; yields who did before.

    Nothing changes for one that is ignored or that ends the process without a word, and in a thread
    that is not the main one: Python handles none there.
    """
    handlers: dict[int, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if callable(handler := signal.getsignal(number)):
                handlers[number] = handler
                signal.signal(number, answer)
    try:
        yield handlers
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
