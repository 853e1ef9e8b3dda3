"""Recognizes characters with the shipped ONNX network, through onnxruntime."""

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
from data.ink.sequence import PREPROCESSING_VERSION, Array, StrokeSequences, stroke_sequences
from data.model_card import contradicts_card
from kanji.errors import RecognizerMissing
from kanji.recognizer.labels import label_hash
from kanji.recognizer.network_output import NetworkOutput

SHIPPED = Path(__file__).parents[1] / "weights" / "recognizer.onnx"
SURE_PROBABILITY = 0.6  # minimum for `sure_reading`; larger = more often None


@dataclass(frozen=True)
class Candidate:
    """A character and the probability that the ink is it."""

    character: str
    probability: float


@dataclass(frozen=True)
class Recognition:
    """The `candidates`, most probable first, and `none`, the probability of no character at all.

    `none` and the probabilities of all allowed characters sum to 1. A `none` above 0.5 means that
    the ink is more likely scribble, a Latin letter or half of a character.
    """

    candidates: tuple[Candidate, ...]
    none: float

    @property
    def best(self) -> Candidate:
        return self.candidates[0]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the API and of `hitsujun recognize`."""
        ranked = [
            {"character": c.character, "probability": round(c.probability, 6)}
            for c in self.candidates
        ]
        return {"candidates": ranked, "none": round(self.none, 6)}


class Reader(Protocol):
    """Anything that reads ink; `Recognizer` is the shipped one. Tests pass others."""

    labels: tuple[str, ...]

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        """See `Recognizer.recognize`."""


def sure_reading(reader: Reader, ink: Ink, target: str) -> str | None:
    """The character that `ink` reads as, if its probability is at least SURE_PROBABILITY.

    This is what `grade` takes as `read_as`. The candidates are of the kind of `target`, all kanji
    or all kana. Returns None for a target that is not among the reader's labels, since the reader
    would take it for another character.
    """
    if target not in reader.labels:
        return None
    kana = characters("kana")
    best = reader.recognize(ink, top=1, candidates=kana if target in kana else None).best
    return best.character if best.probability >= SURE_PROBABILITY else None


class Recognizer:
    """Reads ink with an ONNX network; `labels` are the characters that it can return."""

    def __init__(self, session: Any, labels: tuple[str, ...]) -> None:
        self._session, self.labels = session, labels
        self._index = {label: index for index, label in enumerate(labels)}
        kana = set(characters("kana"))
        self._kanji = np.array([n for n, label in enumerate(labels) if label not in kana], np.int64)

    @classmethod
    @functools.cache
    def load(cls, path: Path = SHIPPED) -> Recognizer:
        """Loads an ONNX file that `kanji.training.export` wrote; once for each path.

        Raises RecognizerMissing if there is no such file, if it is damaged or not the one that its
        model card states, if it was trained for another version of the preprocessing, or if its
        label map does not match the hash in its metadata.
        """
        if not path.is_file():
            raise RecognizerMissing(f"no recognizer at {path}; train one first (see the README)")
        if contradicts_card(path):
            raise RecognizerMissing(f"{path} is not the file of its model card; install it again")
        session = _session(path)
        metadata = session.get_modelmeta().custom_metadata_map
        labels = tuple(metadata.get("labels", ""))
        if metadata.get("label_hash") != label_hash(labels):
            raise RecognizerMissing(f"{path}: the label map does not match its label_hash")
        if metadata.get("preprocessing") != str(PREPROCESSING_VERSION):
            raise RecognizerMissing(
                f"{path} was trained for preprocessing {metadata.get('preprocessing')},"
                f" this version has {PREPROCESSING_VERSION}; export it again"
            )
        return cls(session, labels)

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        """The `top` most probable characters among `candidates`.

        By default the candidates are all kanji among the labels. Kana are only returned if they are
        in `candidates`, because some have the shape of a kanji (ロ and 口). `again` are further
        versions of the same ink, such as tilted ones; the probabilities are the mean over all.
        Raises RecognizerMissing if none of the candidates is among the labels.
        """
        sequences = stroke_sequences([ink, *again]).features
        # `samples` is not requested here, so onnxruntime skips that part of the network.
        all_logits, known = self._session.run(["logits", "known"], {"sequences": sequences})
        allowed = self._kanji if candidates is None else self._columns(candidates)
        logits = all_logits[:, allowed].astype(np.float64)
        is_character = 1 / (1 + np.exp(-known.astype(np.float64)))
        probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities *= (is_character / probabilities.sum(axis=1))[:, None]
        mean = probabilities.mean(axis=0)
        best = _largest(mean, top)
        ranked = tuple(Candidate(self.labels[allowed[i]], float(mean[i])) for i in best)
        return Recognition(ranked, 1 - float(is_character.mean()))

    def run(self, inks: StrokeSequences) -> NetworkOutput[Array]:
        """All outputs of the network for a batch of sequences, as NumPy arrays."""
        return NetworkOutput(
            *self._session.run(NetworkOutput._fields, {"sequences": inks.features})
        )

    def _columns(self, candidates: Collection[str]) -> npt.NDArray[np.int64]:
        """The columns of the logits that belong to `candidates`, in ascending order."""
        columns = sorted(self._index[c] for c in set(candidates) if c in self._index)
        if not columns:
            raise RecognizerMissing("the recognizer knows none of the candidates given")
        return np.array(columns, np.int64)


def _largest(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """The indexes of the `count` largest values, the largest first, of equal ones the first."""
    if count < len(values):
        least = np.partition(values, len(values) - count)[len(values) - count]
        candidates = np.flatnonzero(values >= least)
    else:
        candidates = np.arange(len(values))
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def _session(path: Path) -> Any:
    """An onnxruntime session on one CPU thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Converts the 8-bit matrices to float once, at loading, instead of at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class of errors
        raise RecognizerMissing(f"{path} cannot be read: {error}") from error
