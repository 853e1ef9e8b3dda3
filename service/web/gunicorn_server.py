"""gunicorn with our configuration: worker processes with threads, all on one socket."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from prometheus_client.multiprocess import mark_process_dead

from service.settings import Settings
from service.web.gunicorn_log import ServiceLog
from service.web.gunicorn_worker import Worker

if TYPE_CHECKING:
    from flask import Flask

# A proxy keeps its connections for less than this, nginx for 60 s, so that it never sends a request
# on one that is just being closed here. A kept connection holds no thread.
KEEPALIVE_SECONDS = 75
STOP_SECONDS = 30  # that requests may still take once the service is told to stop
RECEIVE_SECONDS = 10  # without a byte of a request that has begun, after which its thread is freed
WORKER_CONNECTIONS = 1000  # that a process keeps at the same time
HANG_SECONDS = 60  # without a sign of life, after which a process is killed and replaced


def gunicorn_options(settings: Settings, listener: socket.socket) -> dict[str, Any]:
    """The settings of gunicorn that differ from its defaults."""
    return {
        "bind": f"fd://{listener.fileno()}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": Worker,
        "worker_connections": WORKER_CONNECTIONS,
        "keepalive": KEEPALIVE_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        "timeout": HANG_SECONDS,
        "preload_app": False,  # each process opens its own connections to the database
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # ProxyFix alone decides, by HITSUJUN_PROXIES
        "secure_scheme_headers": {},
        "logger_class": ServiceLog,
        "proc_name": "hitsujun",
    }


class Server(BaseApplication):  # type: ignore[misc]
    """Runs `load()`, in each worker process, as the application."""

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        load: Callable[[], Flask],
        *,
        check_stopped: Callable[[], None],
        announce: Callable[[], None],
    ) -> None:
        """`announce` is called once, when the first process is ready to answer.

        `check_stopped` is called when gunicorn answers signals, and may end it by an error.
        """
        self._settings, self._listener, self._check = settings, listener, check_stopped
        self._load, self._announce = load, announce
        free_threads_of_stalled_clients(listener)
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn, at the start."""
        for name, value in gunicorn_options(self._settings, self._listener).items():
            self.cfg.set(name, value)
        self.cfg.set("when_ready", lambda _: self._check())
        self.cfg.set("post_worker_init", self._ready)
        self.cfg.set("child_exit", _forget)

    def load(self) -> Flask:
        """Called by gunicorn, in each worker process."""
        return self._load()

    def _ready(self, worker: Worker) -> None:
        if worker.age == 1:
            self._announce()


def _forget(arbiter: Arbiter, worker: Worker) -> None:
    """Let the metrics forget what a process that has ended held."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def free_threads_of_stalled_clients(listener: socket.socket) -> None:
    """Let reads from the connections of a listener fail after RECEIVE_SECONDS without a byte.

    The kernel hands this option on to each accepted connection. gunicorn itself waits forever.
    """
    timeval = struct.pack("ll", RECEIVE_SECONDS, 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)


def run_gunicorn(server: Server) -> int:
    """Run until SIGTERM, and return the exit status. Each worker process returns from here too."""
    try:
        server.run()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return os.EX_OK
