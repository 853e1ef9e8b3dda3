"""Clients that go on whatever is killed: they send again what was not acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.service.forms import picture
from tests.service.reviews import event

RETRY_SECONDS = 0.2
BATCH = 5  # events in one request, and as many again of which the answer may have been lost
CANCELLED_EVERY = 5  # jobs of which one is cancelled
JOB_SECONDS = 0.8  # between two orders, so that one slow painter keeps up
GONE = (OSError, http.client.HTTPException)  # killed before, or in, the answer; or no answer yet


class Client(threading.Thread):
    """A device that does something again and again until it is stopped."""

    def __init__(self, address: str, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._stopped = address, threading.Event()
        self.generator = random.Random(seed)
        self.token = ""
        self.last_acknowledged = 0.0  # by the monotonic clock
        self.unexpected: list[str] = []

    def run(self) -> None:
        """Work until `stop`."""
        self.token = self.sent("POST", "devices", {})["token"]
        while not self._stopped.is_set():
            self.work()

    def work(self) -> None:
        """One piece of work, sent until it is acknowledged or the client is stopped."""
        raise NotImplementedError

    def stop(self) -> None:
        """End after the present piece of work."""
        self._stopped.set()
        self.join(60)
        assert not self.is_alive()

    def sent(self, method: str, path: str, body: Any = None, *, kind: str = "") -> Any:
        """The answer to a request, which is sent again until there is one. None once stopped.

        An answer of 503, 507 or 429 is one to try again; any other error is unexpected.
        """
        while not self._stopped.is_set():
            try:
                answer = self._send(method, path, body, kind)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in (429, 503, 507):
                        self.unexpected.append(f"{method} {path}: {error.code} {error.read()!r}")
                        return None
            except GONE:
                pass
            else:
                self.last_acknowledged = time.monotonic()
                return answer
            self._stopped.wait(RETRY_SECONDS)
        return None

    def _send(self, method: str, path: str, body: Any, kind: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers: Mapping[str, str] = {
            "Content-Type": kind or "application/json",
            "Authorization": f"Bearer {self.token}",
        }
        request = urllib.request.Request(
            f"{self._address}/v1/{path}",
            data if body is not None else None,
            dict(headers),
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class Reviewer(Client):
    """Sends reviews, each batch with the one before it again."""

    def __init__(self, address: str, seed: int) -> None:
        super().__init__(address, seed)
        self.acknowledged: set[str] = set()
        self._sent: list[dict[str, Any]] = []
        self._number = 0

    def work(self) -> None:
        """Send one batch."""
        self._number += 1
        new = [event("日月火水"[self._number % 4], self._number / 1000 + n / 1e4) for n in range(5)]
        answer = self.sent("POST", "reviews", {"events": self._sent[-BATCH:] + new})
        if answer is None:
            return
        results = answer["results"]
        self.unexpected += [str(one) for one in results if one["status"] == "refused"]
        self.acknowledged |= {one["id"] for one in results}
        self._sent = (self._sent + new)[-BATCH:]


class Orderer(Client):
    """Orders pictures, and cancels some of them."""

    def __init__(self, address: str, seed: int) -> None:
        super().__init__(address, seed)
        self.ordered: set[str] = set()
        self.cancelled: set[str] = set()

    def work(self) -> None:
        """Order one picture."""
        files = {name: FileStorage(*picture()) for name in ("content", "style")}
        boundary, data = encode_multipart({"size": "64", **files})
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.sent("POST", "stylizations", data, kind=kind)
        if answer is None:
            return
        if self.generator.randrange(CANCELLED_EVERY):
            self.ordered.add(answer["id"])
        elif cancelled := self.sent("DELETE", f"jobs/{answer['id']}"):
            self.cancelled.add(cancelled["id"])
        self._stopped.wait(JOB_SECONDS * self.generator.random() * 2)
