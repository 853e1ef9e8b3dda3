"""Ink, characters and reference strokes: reading, checking and writing them.

Nothing here depends on a recognizer, a grader or a learner. Importing this package does not import
numpy: the names that need it are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from data.errors import CorpusError, DataError, InkError, ReferenceMissing

if TYPE_CHECKING:
    from data.ink import Ink, Stroke
    from data.ink.jsonl import read_jsonl

__all__ = [
    "CorpusError",
    "DataError",
    "Ink",
    "InkError",
    "ReferenceMissing",
    "Stroke",
    "read_jsonl",
]

# The modules of the names that need numpy.
_IMPORTED_LATE = {"Ink": "ink", "Stroke": "ink", "read_jsonl": "ink.jsonl"}


def __getattr__(name: str) -> Any:
    if name in _IMPORTED_LATE:
        return getattr(import_module(f"data.{_IMPORTED_LATE[name]}"), name)
    raise AttributeError(f"module 'data' has no attribute {name!r}")
