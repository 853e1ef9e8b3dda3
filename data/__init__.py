"""Ink, characters and reference strokes: reading, checking and writing them.

Nothing here depends on a recognizer, a grader or a learner.
"""

from data.errors import CorpusError, DataError, InkError, ReferenceMissing
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
