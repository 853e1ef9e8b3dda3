"""`hitsujun serve`: checks what it needs, then runs the server and, beside it, the painter.

On Linux this process has two children: gunicorn with its workers, and the painter. So there is one
painter, however many workers answer, and each part can be killed and replaced by itself.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

from data.exit_status import exit_status
from data.interrupts import STOPPING, noted_stops
from service.jobs.limits import THREAD_VARIABLES, end_with_parent_process
from service.jobs.supervisor import Supervisor
from service.logs import configure_logs
from service.settings import Settings
from service.web.listener import listen, url_of
from service.web.prepare import checked_installation

if TYPE_CHECKING:
    from flask import Flask

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # a variable of prometheus_client
# Of glibc's mallopt. A process has two heaps, which all threads share: each thread would have its
# own, which only grows. Large blocks go back to the system: the limit for them would rise to the
# largest block that was freed, and all below it stay.
HEAPS = {
    "M_ARENA_MAX": (-8, 2),
    "M_MMAP_THRESHOLD": (-3, 131_072),
    "M_TRIM_THRESHOLD": (-1, 131_072),
}
PAINTING = "the worker is running"
NOT_STARTED = "no worker was started; start one with: hitsujun worker"
NOT_INSTALLED = "practice works, painting is off; to paint: pip install 'hitsujun[style]'"


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    with_painter: bool,
    prepare: Callable[[], int] = lambda: 0,
) -> int:
    """Serve until SIGTERM or Ctrl-C, and return the exit status.

    `prepare` is called when the port is ours, before anything else is started; nothing is where it
    returns another status than 0. Raises ListenError, SettingsError, DatabaseError or
    ModuleNotFoundError before anything is served. What the process of gunicorn cannot load is said
    in one line, and is its exit status.
    """
    with (
        noted_stops() as check_stopped,
        listen(host, port) as listener,
        checked_installation(settings),
    ):
        configure_logs(settings)
        if status := prepare():
            return status
        state = _painter_state(with_painter)
        announcement = (
            f"hitsujun: practice page at {url_of(listener)}/, API description at"
            f" {url_of(listener)}/v1/docs\n"
            f"hitsujun: {state}; jobs are in {settings.data_dir}; stop with Ctrl-C"
        )
        painter = Supervisor(settings) if state == PAINTING else nullcontext()
        run = _with_gunicorn if sys.platform == "linux" else _with_waitress
        with TemporaryDirectory(prefix="hitsujun-metrics-") as folder:
            os.environ[METRICS_FOLDER] = folder  # before prometheus_client is imported
            return run(settings, listener, painter, announcement, check_stopped)


def _painter_state(with_painter: bool) -> str:
    if not with_painter:
        return NOT_STARTED
    return PAINTING if find_spec("torch") else NOT_INSTALLED


def _with_gunicorn(
    settings: Settings,
    listener: socket.socket,
    painter: AbstractContextManager[object],
    announcement: str,
    check_stopped: Callable[[], None],
) -> int:
    """Run gunicorn in a process of its own, and the painter until that one ends.

    The painter starts when gunicorn has found that all is well, so that one of them says what is
    not.
    """
    is_well, well = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # until it is clear who answers them
    server = os.fork()  # before the supervisor has a thread
    if server == 0:
        os.close(is_well)

        def load_and_run() -> int:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            tell = partial(_tell, well)
            return _run_gunicorn(settings, listener, announcement, tell, check_stopped)

        _leave(load_and_run)
    os.close(well)
    listener.close()
    for number in STOPPING:
        signal.signal(number, lambda number, _: os.kill(server, number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    with os.fdopen(is_well, "rb", buffering=0) as pipe:
        began = bool(pipe.read(1))  # nothing, where the process has ended
    with painter if began else nullcontext():
        _, status = os.waitpid(server, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code  # ended by a signal: as a shell has it


def _tell(well: int) -> None:
    """Tell the process that waits at the other end of the pipe."""
    os.write(well, b"1")
    os.close(well)


def _leave(run: Callable[[], int]) -> NoReturn:
    """End this forked process with the status of `run`, and not with the caller of `serve`."""
    status = 1
    try:
        status = exit_status(run)
    finally:
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)


def _run_gunicorn(
    settings: Settings,
    listener: socket.socket,
    announcement: str,
    tell: Callable[[], None],
    check_stopped: Callable[[], None],
) -> int:
    """`tell` is called when everything is loaded that requests need."""
    end_with_parent_process()
    _limit_heaps()
    gc.disable()  # while much is loaded and nothing becomes garbage: a seventh of the start
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))  # of libraries loaded from here on
    from service.api.app import create_app
    from service.web.gunicorn_server import Server, run_gunicorn

    _try_out(settings)
    _warm_up(settings)
    tell()

    def load() -> Flask:
        return create_app(settings, migrate=False)

    gc.enable()
    gc.freeze()  # so that the worker processes go on to share the memory of what is loaded
    return run_gunicorn(
        Server(
            settings,
            listener,
            load,
            check_stopped=check_stopped,
            announce=lambda: _print(announcement),
        )
    )


def _limit_heaps() -> None:
    """Keep no more memory than is in use; without glibc nothing."""
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        for option in HEAPS.values():
            library.mallopt(*option)


def _with_waitress(
    settings: Settings,
    listener: socket.socket,
    painter: AbstractContextManager[object],
    announcement: str,
    check_stopped: Callable[[], None],
) -> int:
    from service.api.app import create_app
    from service.web.waitress_server import run_waitress

    _try_out(settings)
    app = create_app(settings, migrate=False)
    _warm_up(settings)
    with painter:
        check_stopped()
        _print(announcement)
        run_waitress(app, settings, listener)
    return 0


def _warm_up(settings: Settings) -> None:
    """Load what requests need. Raises RecognizerMissing where the setting `model` is no recognizer.

    Without a setting the service starts without one: /readyz says so, and practice goes on. Raises
    OSError where the references of the cache cannot be built, without which nothing is graded.
    """
    from data.errors import DataError
    from data.references.store import load_references
    from kanji.errors import RecognizerMissing
    from kanji.recognizer.recognize import Recognizer
    from service.api.dependencies import model_file
    from service.api.warm_up import warm_up

    if settings.model:
        try:
            Recognizer.load(model_file(settings))
        except RecognizerMissing as error:
            raise RecognizerMissing(
                f"{error}; it is given by --model or HITSUJUN_MODEL: without these, the recognizer"
                " that ships is used"
            ) from error
    with suppress(DataError):  # which warm_up reports
        load_references()
    warm_up(model_file(settings))


def _migrate(settings: Settings) -> None:
    from service.db.engine import open_engine
    from service.db.migrate import upgrade

    engine = open_engine(settings)
    try:
        upgrade(engine)
    finally:
        engine.dispose()  # a connection must not be shared with the worker processes


def _try_out(settings: Settings) -> None:
    """Raises SettingsError or DatabaseError for what each process would find as it starts.

    The files of the database and of the queue are made last, so that another fault leaves none.
    """
    from service.api.limits import Limits
    from service.jobs.queue import JobQueue
    from service.web.try_out import try_out

    try_out(settings)
    Limits(settings).close()
    _migrate(settings)
    JobQueue(settings).close()


def _print(announcement: str) -> None:
    print(announcement, file=sys.stderr, flush=True)
