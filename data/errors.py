"""What can be wrong with data.

DataError (a ValueError)
├── InkError           a drawing that cannot be read
├── ReferenceMissing   a character or reference set that we do not have
└── CorpusError        a corpus file that is damaged or not one of ours
"""


class DataError(ValueError):
    """Base of every error that `data` raises on what a person gave."""


class InkError(DataError):
    """A drawing is empty, too large, or has coordinates that are no finite numbers."""


class ReferenceMissing(DataError):
    """A character has no strokes in the reference set, or the set itself is not there."""


class CorpusError(DataError):
    """A corpus file is damaged, of another version, or not one of ours."""
