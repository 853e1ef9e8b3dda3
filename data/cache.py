"""Where what was built or fetched is kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_dir() -> Path:
    """`$HITSUJUN_CACHE`, else `$XDG_CACHE_HOME/hitsujun`, else `~/.cache/hitsujun`."""
    if chosen := os.environ.get("HITSUJUN_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hitsujun"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place at the end, or never on an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{path.suffix}")
    partial.touch(exist_ok=False)  # with the mode that the umask gives to any new file
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
