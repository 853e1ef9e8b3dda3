"""A field of a configuration: its default and its help, in one place."""

from __future__ import annotations

from dataclasses import field
from typing import Any

PRECISIONS = ("auto", "bf16", "float32")


def setting(default: Any, help: str, *, unset: str = "none") -> Any:
    """A field with its default and what it is for, which the command line shows.

    `unset`: what an empty default means.
    """
    return field(default=default, metadata={"help": help, "unset": unset})
