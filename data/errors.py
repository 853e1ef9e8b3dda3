"""The exceptions of `data`.

DataError (a ValueError)
├── InkError           an ink that cannot be read or written
├── ReferenceMissing   a character or a reference set that is not available
└── CorpusError        a data file that is damaged, or not a hitsujun file
    └── NothingToWrite a data file that would be empty
"""

from __future__ import annotations


class DataError(ValueError):
    """Base of every error that `data` raises about its input."""


class InkError(DataError):
    """An ink is empty, too large, malformed, or not representable in a file format."""


class ReferenceMissing(DataError):
    """A character is not in the reference set, or the set itself is missing."""


class CorpusError(DataError):
    """A data file is damaged, has another schema version, or is not a hitsujun file."""


class NothingToWrite(CorpusError):
    """All that was to be written is missing or was left out."""

    def because(self, left_out: int, first: object) -> NothingToWrite:
        """The error with the number of what was left out, and why the first of it was."""
        return NothingToWrite(f"{self}: all {left_out} were left out, as {first}")
