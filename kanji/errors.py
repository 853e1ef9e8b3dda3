"""The exception tree of this package.

KanjiError (a ValueError)
└── RecognizerMissing   no recognizer, or none for these characters
"""


class KanjiError(ValueError):
    """Base of every error that `kanji` raises."""


class RecognizerMissing(KanjiError):
    """The recognizer file is missing or of another kind, or it knows none of the candidates."""
