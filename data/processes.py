"""Processes that work for this one, and end with it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from data.interrupts import uninterrupted

Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """Processes that wait for work."""

    pool: ProcessPoolExecutor

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """As the pool's. Ctrl-C within that could leave a lock closed, and never end."""
        with uninterrupted():
            return self.pool.submit(function, *arguments)


@contextmanager
def worker_processes(count: int) -> Iterator[Workers]:
    """A pool of fresh processes, which end at once when the block fails or this process ends.

    They do not hear Ctrl-C, which a terminal sends to all: this process does, and ends them.
    """
    context = get_context("spawn")
    goes_on, end = context.Pipe(duplex=False)
    with (
        goes_on,
        end,
        ProcessPoolExecutor(
            count, mp_context=context, initializer=_end_with, initargs=(goes_on,)
        ) as pool,
    ):
        try:
            with _without_interrupts():
                for _ in range(count):  # each starts a process, which has no work yet
                    pool.submit(os.getpid)
            yield Workers(pool)
        except BaseException:
            with uninterrupted():
                end.close()
                pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes that are started in the block never hear Ctrl-C; on Windows they do."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(goes_on: Connection) -> None:
    """A pool's processes wait for more work for ever where nobody is left to end them."""
    threading.Thread(target=_end_after, args=(goes_on,), daemon=True).start()


def _end_after(goes_on: Connection) -> None:
    parent = parent_process()
    wait([goes_on, parent.sentinel] if parent else [goes_on])
    os._exit(1)
