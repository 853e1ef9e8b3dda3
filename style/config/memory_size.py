"""Amounts of memory as a person writes them. Needs no torch."""

from __future__ import annotations

import re

from style.errors import ConfigError

_UNITS = {"MB": 10**6, "GB": 10**9, "MIB": 2**20, "GIB": 2**30}


def bytes_of(text: str) -> int:
    """`2GB`, `800MB`, `1.5GiB` as bytes; 0 for an empty text. Raises ConfigError."""
    if not text:
        return 0
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([GM]i?B)", text, re.IGNORECASE)
    if not found:
        raise ConfigError(f"is {text!r}; write it as 2GB or 800MB")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def written(count: float) -> str:
    """`1.7 GB`, `240 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
