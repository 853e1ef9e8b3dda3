"""Which character an ink is, by the shipped ONNX network. Needs no torch."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.ink.sequence import PREPROCESSING_VERSION, Array, StrokeSequences, stroke_sequences
from kanji.errors import RecognizerMissing
from kanji.recognizer.labels import label_hash

SHIPPED = Path(__file__).parents[1] / "weights" / "recognizer.onnx"
SURE = 0.6  # probability from which a reading is believed; larger = fewer are


@dataclass(frozen=True)
class Candidate:
    """A character and the probability that the ink is it."""

    character: str
    probability: float


@dataclass(frozen=True)
class Recognition:
    """`candidates`, the most probable first, and the probability that the ink is no character.

    `none` and the probabilities of all characters that may be answered sum to 1. Above a half the
    ink is refused: scribble, a Latin letter, or half of a character.
    """

    candidates: tuple[Candidate, ...]
    none: float

    @property
    def best(self) -> Candidate:
        return self.candidates[0]

    @property
    def is_refused(self) -> bool:
        return self.none > 0.5

    def to_dict(self) -> dict[str, Any]:
        """As the API and `hitsujun recognize` answer."""
        ranked = [
            {"character": c.character, "probability": round(c.probability, 6)}
            for c in self.candidates
        ]
        return {"candidates": ranked, "none": round(self.none, 6)}


class Reader(Protocol):
    """What reads ink; the shipped one is Recognizer."""

    labels: tuple[str, ...]

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        """Which of the characters given an ink is."""


def sure_reading(reader: Reader, ink: Ink, target: str) -> str | None:
    """The character that a reader surely sees, or None: what `grade` takes as `read_as`.

    It is of the target's kind, kanji or kana; of a target that the reader does not know nothing is
    said, since it would be read as another.
    """
    if target not in reader.labels:
        return None
    kana = characters("kana")
    best = reader.recognize(ink, top=1, candidates=kana if target in kana else None).best
    return best.character if best.probability >= SURE else None


class Outputs(NamedTuple):
    """What the network answers for a batch of inks, as `ink_lstm.Reading` but NumPy's."""

    logits: Array
    known: Array
    samples: Array


class Recognizer:
    """Reads one ink at a time; `labels` are the characters it knows."""

    def __init__(self, session: Any, labels: tuple[str, ...]) -> None:
        self._session, self.labels = session, labels
        self._index = {label: index for index, label in enumerate(labels)}
        kana = set(characters("kana"))
        self._kanji = np.array([n for n, label in enumerate(labels) if label not in kana], np.int64)

    @classmethod
    @functools.cache
    def load(cls, path: Path = SHIPPED) -> Recognizer:
        """The recognizer of an ONNX file made by `kanji.training.export`.

        Raises RecognizerMissing where there is no such file, or where it was made for another
        preprocessing or its label map does not have the hash that it states.
        """
        import onnxruntime

        if not path.is_file():
            raise RecognizerMissing(f"there is no recognizer at {path}; train one (README) first")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Turns the matrices from 8 bits once, at loading, and not at every reading.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        facts = session.get_modelmeta().custom_metadata_map
        labels = tuple(facts.get("labels", ""))
        if facts.get("label_hash") != label_hash(labels):
            raise RecognizerMissing(f"{path}: the label map does not have the hash it states")
        if facts.get("preprocessing") != str(PREPROCESSING_VERSION):
            raise RecognizerMissing(
                f"{path} was trained for preprocessing {facts.get('preprocessing')},"
                f" this version has {PREPROCESSING_VERSION}; export it anew"
            )
        return cls(session, labels)

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        """The `top` most probable characters among `candidates`.

        Those are by default all kanji that it knows: kana, some of which are kanji in shape (ロ and
        口), are answered where `candidates` has them. Of an ink and the same one `again`, tilted
        for one, the probabilities are the mean.
        Raises RecognizerMissing where no candidate is known to the recognizer.
        """
        sequences = stroke_sequences([ink, *again]).features
        # Not asked for the strokes, the network does not compute them.
        every, known = self._session.run(["logits", "known"], {"sequences": sequences})
        allowed = self._kanji
        if candidates is not None:
            wanted = sorted(self._index[c] for c in set(candidates) if c in self._index)
            if not wanted:
                raise RecognizerMissing("the recognizer knows none of the candidates given")
            allowed = np.array(wanted)
        logits = every[:, allowed].astype(np.float64)
        is_character = 1 / (1 + np.exp(-known.astype(np.float64)))
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares *= (is_character / shares.sum(axis=1))[:, None]
        scores = shares.mean(axis=0)
        best = np.argsort(-scores, kind="stable")[:top]
        ranked = tuple(Candidate(self.labels[allowed[i]], float(scores[i])) for i in best)
        return Recognition(ranked, 1 - float(is_character.mean()))

    def run(self, inks: StrokeSequences) -> Outputs:
        """The network's answers, as they are."""
        return Outputs(*self._session.run(Outputs._fields, {"sequences": inks.features}))
