"""Recognizes characters with the shipped ONNX network, through onnxruntime."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from data.content import head_of, named_content
from data.inference import onnxruntime
from data.ink import Ink
from data.ink.sequence import (
    PREPROCESSING_VERSION,
    Array,
    StrokeSequences,
    flattened,
    sampled,
)
from data.model_card import contradicts_card
from kanji.errors import RecognizerMissing
from kanji.recognizer.candidates import (
    candidates_of_kind,
    default_candidates,
    kana_and_marks,
    known_candidates,
)
from kanji.recognizer.handakuten import with_plain_handakuten
from kanji.recognizer.labels import Labels, label_hash
from kanji.recognizer.network_output import NetworkOutput

SHIPPED = Path(__file__).parents[1] / "weights" / "recognizer.onnx"
# For `sure_reading`: the probability that is enough by itself, and the one that is enough for what
# is CLEAR times as probable as its rival. Larger = more often None.
SURE_PROBABILITY, LIKELY_PROBABILITY, CLEAR = 0.6, 0.3, 4.0
# How often an ink is a character that the network knows but that is no candidate, as a fraction of
# how often the network takes it for one; larger = less confidence. Rare kanji are rarely written.
OUTSIDE_WEIGHT = 0.05
RIVALS = 6  # candidates among which the rival of a reading is looked for
LARGE = 1e12  # weights are clipped to this, so that their sums are finite


@dataclass(frozen=True)
class Candidate:
    """A character and the probability that the ink is it."""

    character: str
    probability: float


@dataclass(frozen=True)
class Recognition:
    """The `candidates`, most probable first, and what the ink is otherwise.

    `none`: the probability that it is no character at all. `outside`: that it is a character which
    the network knows but which is not allowed, a kanji where kanji are read and a kana where only
    kana are. With the probabilities of all allowed characters these two sum to 1. A `none` above
    0.5 means that the ink is more likely scribble, a letter or half of a character.
    """

    candidates: tuple[Candidate, ...]
    none: float
    outside: float = 0.0

    @property
    def best(self) -> Candidate:
        return self.candidates[0]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the API and of `hitsujun recognize`."""
        ranked = [
            {"character": c.character, "probability": round(c.probability, 6)}
            for c in self.candidates
        ]
        return {
            "candidates": ranked,
            "none": round(self.none, 6),
            "outside": round(self.outside, 6),
        }


class Reader(Protocol):
    """Anything that reads ink; `Recognizer` is the shipped one. Tests pass others."""

    labels: tuple[str, ...]

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        """See `Recognizer.recognize`."""


def sure_reading(reader: Reader, ink: Ink, target: str) -> str | None:
    """The character that `ink` reads as, if its probability is at least SURE_PROBABILITY.

    At least LIKELY_PROBABILITY is enough where its rival is much less probable: messy ink may be no
    character at all, but a 力 is still no 刀. The rival of another character is `target`, that of
    `target` is the next best. This is what `grade` takes as `read_as`. The candidates are of the
    kind of `target`, kanji or kana. Returns None for a target that is not among the reader's
    labels, since the reader would take it for another character.
    """
    if target not in reader.labels:
        return None
    candidates = candidates_of_kind(target, reader.labels)
    answer = reader.recognize(ink, top=RIVALS, candidates=candidates)
    return clear_reading(answer.candidates, target)


def clear_reading(candidates: Sequence[Candidate], target: str) -> str | None:
    """The best of `candidates`, most probable first, if it is as sure as `sure_reading` says."""
    best, *others = candidates
    rivals = others if best.character == target else [o for o in others if o.character == target]
    rival = max((one.probability for one in rivals), default=0.0)
    is_clear = best.probability >= max(LIKELY_PROBABILITY, CLEAR * rival)
    return best.character if is_clear or best.probability >= SURE_PROBABILITY else None


def check_is_there(path: Path) -> None:
    """Raises RecognizerMissing where `path` is no file."""
    if path.is_dir():
        raise RecognizerMissing(f"{path} is a folder; a recognizer is one file, .onnx")
    if not path.is_file():
        raise RecognizerMissing(
            f"no recognizer at {path}; train one first (see docs/recognizer.md)"
        )


class Recognizer:
    """Reads ink with an ONNX network; `labels` are the characters that it can return."""

    def __init__(self, session: Any, labels: Labels) -> None:
        self._session, self._index = session, labels.places
        self.labels: tuple[str, ...] = labels
        # Of the network only what the outputs asked for need is computed.
        self._only_asked = onnxruntime().RunOptions()
        self._only_asked.only_execute_path_to_fetches = True
        kana = kana_and_marks()
        self._is_kana = np.array([label in kana for label in labels], bool)
        self._default = self._allowed(default_candidates(labels))

    @classmethod
    @functools.cache
    def load(cls, path: Path = SHIPPED) -> Recognizer:
        """Loads an ONNX file that `kanji.training.export` wrote; once for each path.

        Raises RecognizerMissing if there is no such file, if it is damaged or not the one that its
        model card states, if it was trained for another version of the preprocessing, or if its
        label map does not match the hash in its metadata.
        """
        check_is_there(path)
        if contradicts_card(path):
            raise RecognizerMissing(f"{path} is not the file of its model card; install it again")
        session = _session(path)
        metadata = session.get_modelmeta().custom_metadata_map
        if "labels" not in metadata:
            raise RecognizerMissing(f"{path} is a network of another kind, and no recognizer")
        labels = Labels(metadata["labels"])
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

        By default the candidates are `default_candidates`. Kana are only returned if they are in
        `candidates`, because some have the shape of a kanji (ロ and 口). `again` are further
        versions of the same ink, such as tilted ones; the probabilities are the mean over all.
        Raises UnknownCandidates for candidates that are not among the labels.
        """
        inks = [with_plain_handakuten(one) for one in (ink, *again)]
        sequences = sampled(*flattened(inks)).features
        all_logits, known = self._session.run(
            ["logits", "known"], {"sequences": sequences}, self._only_asked
        )
        allowed, rivals = self._default if candidates is None else self._allowed(candidates)
        logits = all_logits.astype(np.float64)
        logits -= logits.take(allowed, axis=1).max(axis=1, keepdims=True)
        weights = np.minimum(np.exp(logits, out=logits), LARGE, out=logits)
        inside = weights.take(allowed, axis=1)
        total = inside.sum(axis=1)
        rival = weights.take(rivals, axis=1).sum(axis=1) - total
        outside = OUTSIDE_WEIGHT * np.maximum(rival, 0)
        is_character = 1 / (1 + np.exp(-known.astype(np.float64)))
        scale = is_character / (total + outside)
        mean = (inside * scale[:, None]).mean(axis=0)
        best = _largest(mean, top)
        ranked = tuple(Candidate(self.labels[allowed[i]], float(mean[i])) for i in best)
        return Recognition(ranked, 1 - float(is_character.mean()), float((outside * scale).mean()))

    def run(self, inks: StrokeSequences) -> NetworkOutput[Array]:
        """All outputs of the network for a batch of sequences, as NumPy arrays."""
        return NetworkOutput(
            *self._session.run(NetworkOutput._fields, {"sequences": inks.features})
        )

    def _allowed(self, candidates: Collection[str]) -> _Allowed:
        """The columns for `candidates`. Raises UnknownCandidates."""
        known = known_candidates(candidates, self._index.keys())
        columns = np.array(sorted(self._index[c] for c in known), np.int64)
        is_kana = self._is_kana[columns]
        of_both = not is_kana.all() and is_kana.any()
        rivals = np.flatnonzero(of_both | (self._is_kana == is_kana[0]))
        return _Allowed(columns, rivals)


class _Allowed(NamedTuple):
    """Columns of the logits, both in ascending order.

    `columns`: those of the candidates. `rivals`: those of all characters of their kinds, which are
    kanji and kana: a ロ is not a reason to doubt a 口.
    """

    columns: npt.NDArray[np.int64]
    rivals: npt.NDArray[np.int64]


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
    library = onnxruntime()
    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Converts the 8-bit matrices to float once, at loading, instead of at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        return library.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class of errors
        raise RecognizerMissing(
            f"{path} is {named_content(head_of(path))}, and no network that can be read;"
            " give a file that python -m kanji.training.export wrote"
        ) from error
