"""Ink, characters and reference strokes: reading, checking and writing them.

Nothing here depends on a recognizer, a grader or a learner. Importing this package does not import
numpy: the names that need it are imported when they are first used.
"""

from typing import TYPE_CHECKING

from data.errors import CorpusError, DataError, InkError, ReferenceMissing
from data.imported_late import imported_late

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

# The names that need numpy.
__getattr__ = imported_late(__name__, {"Ink": "ink", "Stroke": "ink", "read_jsonl": "ink.jsonl"})
