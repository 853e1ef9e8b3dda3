"""Which character an ink is, by the shipped ONNX network. Needs no torch."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from data.characters import characters
from data.ink import Ink
from data.sequence import PREPROCESSING_VERSION, sequence
from kanji.errors import RecognizerMissing
from kanji.labels import label_hash

SHIPPED = Path(__file__).parent / "weights" / "recognizer.onnx"
SURE = 0.6  # probability from which a reading is believed; larger = fewer are


@dataclass(frozen=True)
class Candidate:
    """A character and the probability that the ink is it."""

    character: str
    probability: float


class Reader(Protocol):
    """What reads ink; the shipped one is Recognizer."""

    labels: tuple[str, ...]

    def recognize(
        self, ink: Ink, *, top: int = 10, candidates: Collection[str] | None = None
    ) -> list[Candidate]:
        """The most probable characters, best first."""


def sure_reading(reader: Reader, ink: Ink, target: str) -> str | None:
    """The character that a reader surely sees, or None: what `grade` takes as `read_as`.

    It is of the target's kind, kanji or kana; of a target that the reader does not know nothing is
    said, since it would be read as another.
    """
    if target not in reader.labels:
        return None
    kana = characters("kana")
    best = reader.recognize(ink, top=1, candidates=kana if target in kana else None)[0]
    return best.character if best.probability >= SURE else None


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
        """The recognizer of an ONNX file made by `kanji.export`.

        Raises RecognizerMissing where there is no such file, or where it was made for another
        preprocessing or its label map does not have the hash that it states.
        """
        import onnxruntime

        if not path.is_file():
            raise RecognizerMissing(f"there is no recognizer at {path}; train one (README) first")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
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
        self, ink: Ink, *, top: int = 10, candidates: Collection[str] | None = None
    ) -> list[Candidate]:
        """The `top` most probable characters, best first, among `candidates`.

        Those are by default all kanji that it knows: kana, some of which are kanji in shape (ロ and
        口), are answered where `candidates` has them.
        Probabilities are of all characters that may be answered and sum to 1 over them.
        Raises RecognizerMissing where no candidate is known to the recognizer.
        """
        logits: npt.NDArray[np.float32] = self._session.run(
            None, {"sequences": sequence(ink)[None]}
        )[0][0]
        allowed = self._kanji
        if candidates is not None:
            known = sorted(self._index[c] for c in set(candidates) if c in self._index)
            if not known:
                raise RecognizerMissing("the recognizer knows none of the candidates given")
            allowed = np.array(known)
        scores = np.exp(logits[allowed] - logits[allowed].max())
        scores /= scores.sum()
        best = np.argsort(-scores, kind="stable")[:top]
        return [Candidate(self.labels[allowed[i]], float(scores[i])) for i in best]
