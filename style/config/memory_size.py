"""Amounts of memory, as a person writes and reads them. Needs no torch."""

from __future__ import annotations

import re

from style.errors import ConfigError

_UNITS = {"MB": 10**6, "GB": 10**9, "MIB": 2**20, "GIB": 2**30}


def parse_bytes(text: str) -> int:
    """The bytes of `2GB`, `800MB` or `1.5GiB`; 0 of an empty text. Raises ConfigError."""
    if not text:
        return 0
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([GM]i?B)", text, re.IGNORECASE)
    if not match:
        raise ConfigError(f"is {text!r}; allowed: amounts such as 2GB or 800MB")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def format_bytes(count: float) -> str:
    """A number of bytes as `1.7 GB` or `240 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
