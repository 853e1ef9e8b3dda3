"""Limits that the painter sets itself, and its end when the process that started it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from service.settings import Settings

NICENESS = 10  # the web process goes first
OOM_SCORE = "500"  # of 1000: where memory runs out, Linux ends the painter before the others
PR_SET_PDEATHSIG = 1  # of Linux's prctl
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def limit_painter(settings: Settings) -> None:
    """Set priority, memory, number of threads and the mode of new files. Before torch is loaded.

    A variable such as OMP_NUM_THREADS that is set already is kept. Systems without one of these
    limits go without it.
    """
    os.umask(0o077)
    threads = str(painting_threads(settings.painter_threads))
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, threads)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, "ascii")
    with suppress(ImportError, ValueError, OSError):
        import resource

        # Of data and not of address space, most of which torch and CUDA only reserve.
        most = settings.painter_memory_mb * 10**6
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def painting_threads(most: int) -> int:
    """The number of threads that paint: at most `most`, with one core left for other processes."""
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(most, cores - 1))


def end_with_parent() -> None:
    """Send this process SIGTERM when the one that started it ends, however that ends.

    On Linux the kernel does; elsewhere, and where the parent has ended already, the end of
    standard input says so, which the parent holds open.
    """
    end_with_parent_process()
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()


def end_with_parent_process() -> None:
    """The part of `end_with_parent` that Linux does: SIGTERM, however the parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop_at_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
