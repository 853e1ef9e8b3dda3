"""Ink, characters and references on disk. Knows no model and no person."""

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
