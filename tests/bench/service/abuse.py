"""What clients that are slow or endless do to one gunicorn process with four threads.

For each kind of abuse: whether a grader beside it is still answered, after how many seconds, and
the CPU time that the process took.
"""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.service.drawings import bodies
from tests.bench.service.load import grade_all
from tests.bench.service.printed import print_figures
from tests.bench.service.processes import cpu_seconds
from tests.service.web.servers import Server

THREADS = 4
ABUSE_SECONDS = 30
MEGABYTES = 20
HEAD = b"POST /v1/grade HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    print_figures(measured, arguments, __doc__)


def measured() -> dict[str, Any]:
    variables = {"HITSUJUN_WORKERS": "1", "HITSUJUN_THREADS": str(THREADS)}
    result = {}
    for name, clients, pieces in KINDS:
        with Server(Path(tempfile.mkdtemp()), **variables) as server:
            result[name] = _measured(server, clients, pieces)
    return result


def silent() -> Iterator[bytes]:
    time.sleep(ABUSE_SECONDS)
    yield b""


def stalled_header() -> Iterator[bytes]:
    yield HEAD
    time.sleep(ABUSE_SECONDS)


def dripped_header() -> Iterator[bytes]:
    yield HEAD
    for number in range(ABUSE_SECONDS):
        yield b"X-%d: 1\r\n" % number
        time.sleep(1)


def dripped_body() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 100000\r\n\r\n"
    for _ in range(ABUSE_SECONDS):
        yield b" "
        time.sleep(1)


def endless_chunk_line() -> Iterator[bytes]:
    yield CHUNKED
    for _ in range(MEGABYTES * 16):
        yield b"1" * 65536


def one_byte_chunks() -> Iterator[bytes]:
    yield CHUNKED
    for _ in range(MEGABYTES * 16):
        yield b"1\r\n \r\n" * 10923


def huge_body() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: %d\r\n\r\n" % (MEGABYTES * 10**6)
    for _ in range(MEGABYTES):
        yield b" " * 10**6


KINDS: list[tuple[str, int, Callable[[], Iterator[bytes]]]] = [
    ("8 connections that send nothing", 8, silent),
    ("8 requests that stop in their headers", 8, stalled_header),
    ("8 requests with a header a second", 8, dripped_header),
    ("8 requests with a byte of body a second", 8, dripped_body),
    ("a chunk line of 20 MB", 1, endless_chunk_line),
    ("20 MB in chunks of one byte", 1, one_byte_chunks),
    ("a body of 20 MB", 1, huge_body),
]


def _measured(server: Server, clients: int, pieces: Callable[[], Iterator[bytes]]) -> Any:
    worker, began = server.pids()[-1], time.monotonic()
    before = cpu_seconds(worker)
    abusers = [
        threading.Thread(target=_abuse, args=(server.port, pieces()), daemon=True)
        for _ in range(clients)
    ]
    for abuser in abusers:
        abuser.start()
    time.sleep(1)
    start = time.monotonic()
    grade_all(server, bodies()[:1], count=1, clients=1)
    seconds = time.monotonic() - start
    for abuser in abusers:
        abuser.join(max(0.0, began + ABUSE_SECONDS - time.monotonic()))
    return {
        "seconds_until_another_is_answered": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds(worker) - before, 2),
    }


def _abuse(port: int, pieces: Iterator[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            return  # the server has had enough
