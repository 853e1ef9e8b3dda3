"""The exception tree of this package.

KanjiError (a ValueError)
├── ClassesDiffer       the model and the data of a training have other characters
├── RecognizerMissing   no recognizer, or one of another kind
└── UnknownCandidates   candidates that the recognizer does not know
"""


class KanjiError(ValueError):
    """Base of every error that `kanji` raises."""


class RecognizerMissing(KanjiError):
    """The recognizer file, or the checkpoint of one, is missing or of another kind."""


class ClassesDiffer(KanjiError):
    """The model and the data of a training have different characters."""


class UnknownCandidates(KanjiError):
    """Some of the candidates are not among the recognizer's characters."""
