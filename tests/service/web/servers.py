"""`hitsujun serve` as processes of its own, for tests that stop and kill them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 60  # that a server may take to start or to stop on a busy machine
VARIABLES = {name: value for name, value in os.environ.items() if not name.startswith("HITSUJUN_")}
VARIABLES |= {n: v for n, v in os.environ.items() if n == "HITSUJUN_CACHE"}
COMMAND = [sys.executable, "-m", "service.cli", "serve", "--no-worker"]


class Server:
    """A started server; `lines` are what it has written to its log so far."""

    def __init__(self, data_dir: Path, *, with_painter: bool = False, **variables: str) -> None:
        command = COMMAND[:-1] if with_painter else COMMAND
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--data-dir", str(data_dir)],
            env=VARIABLES | variables,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stderr
        line = self.process.stderr.readline()
        assert "practice page at" in line, line + self.process.stderr.read()
        self.address = line.split("practice page at ")[1].split("/,")[0]
        self.port = int(self.address.rsplit(":", 1)[1])
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        self.lines.extend(self.process.stderr)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def send(self, path: str, body: Any, token: str = "") -> Any:
        """The JSON that a POST is answered with."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(
            f"{self.address}/v1/{path}", json.dumps(body).encode(), headers, method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def stop(self) -> int:
        """Send SIGTERM to the first process alone, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()
        assert self.process.stderr
        self.process.stderr.close()

    def pids(self) -> list[int]:
        """The processes of this server that still run."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, _, session = stat.read_text().rpartition(") ")[2].split()[:4]
            except (OSError, ValueError):
                continue
            if int(session) == self.process.pid and state not in "ZX":
                found.append(int(stat.parent.name))
        return sorted(found)
