"""The socket that the server listens on, opened before anything else is started."""

from __future__ import annotations

import errno
import socket
import sys
import time
from typing import Any

from service.errors import ListenError

LAST_PORT = 65535
PATIENCE_SECONDS, RETRY_SECONDS = 5.0, 0.1
BACKLOG = 2048  # connections that the kernel keeps until a process accepts them

ADVICE = {
    errno.EADDRINUSE: "is in use: stop the program that uses it, or choose another with --port",
    errno.EACCES: "needs more rights: choose one from 1024 on with --port",
    errno.EADDRNOTAVAIL: "is not an address of this machine: choose another with --host",
}


def listen(host: str, port: int, *, patience: float = PATIENCE_SECONDS) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises ListenError.

    A port that is in use is tried again for `patience` seconds, which is said: the processes of a
    service that was killed end a moment after the first of them.
    """
    if not 0 <= port <= LAST_PORT:
        raise ListenError(f"--port is {port}; allowed: 1 to {LAST_PORT}, or 0 for any free one")
    if not host:  # which would be every address
        raise ListenError("--host is empty; 127.0.0.1 is this machine, and 0.0.0.0 any address")
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ListenError(f"--host is {host!r}, which has no address: {error.strerror}") from error
    try:
        return _listening(family, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            _say_waiting(host, port, patience)
    end = time.monotonic() + patience
    while True:
        try:
            return _listening(family, address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < end:
                time.sleep(RETRY_SECONDS)
                continue
            advice = ADVICE.get(error.errno or 0, f"cannot be listened on: {error.strerror}")
            raise ListenError(f"port {port} of {host} {advice}") from error


def _say_waiting(host: str, port: int, patience: float) -> None:
    print(
        f"hitsujun: port {port} of {host} is in use; waiting {patience:g} s for its program to end"
        " ...",
        file=sys.stderr,
        flush=True,
    )


def _listening(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of the service as a browser on this machine writes it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
