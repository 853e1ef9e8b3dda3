"""The suffixes that a file to write may have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def suffix_fault(path: Path, allowed: Iterable[str]) -> str:
    """What is wrong with the suffix of a file to write; empty where it is one of `allowed`."""
    suffixes = list(dict.fromkeys(allowed))
    if path.suffix.lower() in suffixes:
        return ""
    *most, last = suffixes
    words = f"{', '.join(most)} or {last}" if most else last
    return f"cannot write {path}: its suffix must be {words}"
