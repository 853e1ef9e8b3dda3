"""The strokes that a second look compares with, as one file. It is made once, in the cache."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from data.cache import cache_dir, replacing
from data.characters import characters
from data.references.packed import packed
from data.references.store import load_references
from service.api.lookalikes import references_hash
from service.api.revalidated import hash_of

CHARACTERS = "all+kana"  # what a drawing may be read as where no candidates are named
FORMAT = 1  # of the file; a new number for every change
LEVEL = 9  # of zlib


@lru_cache(maxsize=1)
def packed_version() -> str:
    """What identifies the file. It changes with the strokes, the characters and the format."""
    return hash_of(f"{FORMAT} {references_hash()} {''.join(_characters())}".encode())


def packed_file() -> Path:
    """The file, compressed with gzip; one of this process where the cache can only be read."""
    path = cache_dir() / f"packed-{packed_version()}.gz"
    if not path.exists():
        try:
            with replacing(path) as partial:
                partial.write_bytes(_packed())
        except OSError:
            return Path(_own_file().name)
    return path


@lru_cache(maxsize=1)
def _own_file() -> Any:
    """A temporary file, which is removed when the process ends."""
    file = NamedTemporaryFile(prefix="hitsujun-")  # noqa: SIM115 (open as long as this process)
    file.write(_packed())
    file.flush()
    return file


def _packed() -> bytes:
    return gzip.compress(packed(_characters(), load_references()), LEVEL, mtime=0)


def _characters() -> list[str]:
    references = load_references()
    return [one for one in characters(CHARACTERS) if one in references]
