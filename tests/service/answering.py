"""An application that answers on a port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import waitress
from flask import Flask


@contextmanager
def answering(app: Flask, *, threads: int) -> Iterator[str]:
    """The address of the application, without a slash at the end."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    for channel in list(server.active_channels.values()):  # of connections that were kept alive
        channel.handle_close()
    server.close()
    thread.join()
