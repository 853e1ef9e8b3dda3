"""What can go wrong with one character.

KanjiError (a ValueError)
└── RecognizerMissing   no recognizer file, or one made for something else
"""


class KanjiError(ValueError):
    """Base of every error that `kanji` raises."""


class RecognizerMissing(KanjiError):
    """There is no recognizer file, it was made for something else, or knows no candidate given."""
