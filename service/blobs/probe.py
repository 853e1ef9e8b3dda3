"""Whether pictures can be stored, which is tried now and then."""

from __future__ import annotations

import secrets
import tempfile
import time
from functools import lru_cache
from pathlib import Path

from service.blobs.blobs import Blobs

PROBE_SECONDS = 30  # for which an answer holds: anybody may ask, and an object store may cost money


def can_store(blobs: Blobs) -> bool:
    """Whether a small file could be stored in the last PROBE_SECONDS."""
    period = int(time.monotonic() // PROBE_SECONDS)
    return _can_store(blobs, period)  # type: ignore[arg-type]  # hashed by identity


@lru_cache(maxsize=1)
def _can_store(blobs: Blobs, _period: int) -> bool:
    try:
        probe(blobs)
    except OSError:
        return False
    return True


def probe(blobs: Blobs) -> None:
    """Store a small file and delete it. Raises OSError."""
    name = f"probe/{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "probe")
        file.write_bytes(b"probe")
        blobs.put(name, file)
    blobs.delete([name])
