"""A bucket with S3's way to read: a server on this machine that answers HEAD, GET and ranges."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest


class _Reader(BaseHTTPRequestHandler):
    folder: Path
    asked: list[str]

    def do_GET(self) -> None:
        path = self.folder / self.path.lstrip("/").partition("?")[0]
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if part:
            data = data[int(part[1]) : int(part[2]) + 1]
        self.asked.append(f"{path.name} {part[0]}" if part else path.name)
        self.send_response(206 if part else 200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", '"1"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing: a test prints what it has to."""


@contextmanager
def bucket(folder: Path) -> Iterator[list[str]]:
    """Serves `folder`, whose folders are buckets; yields what was asked for, with its range."""
    reader = type("Reader", (_Reader,), {"folder": folder, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), reader) as server, pytest.MonkeyPatch.context() as p:
        p.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        p.setenv("AWS_ACCESS_KEY_ID", "nobody")
        p.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        p.setenv("AWS_DEFAULT_REGION", "us-east-1")
        p.setenv("no_proxy", "127.0.0.1")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield reader.asked  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
