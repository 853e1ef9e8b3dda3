"""A server behind a proxy that a test can take away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Passes connections on to a server. `close` cuts them and refuses new ones, until `open`."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._accept_in_background()

    def open(self) -> None:
        """Accept connections again, at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accept_in_background()

    def close(self) -> None:
        """Cut all connections, and refuse others."""
        _end(self._listener)
        for connection in list(self._connections):
            _end(connection)

    def _accept_in_background(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError), listener:
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
                self._connections |= {client, server}
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source:
            while data := source.recv(65536):
                target.sendall(data)
        _end(target)
        self._connections.discard(source)


@contextmanager
def proxy_of(host: str, port: int) -> Iterator[Proxy]:
    """A proxy before a server, closed at the end."""
    proxy = Proxy((host, port))
    try:
        yield proxy
    finally:
        proxy.close()


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
