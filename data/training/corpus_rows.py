"""The inks of corpora that are of given characters, for training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.corpora.corpus import Corpus
from data.ink.packed import SPLITS
from data.ink.sequence import FEATURES, STEPS, Integers, StrokeSequences, sampled


def rows_of(
    labels: npt.NDArray[np.uint32],
    splits: npt.NDArray[np.uint8],
    characters: Sequence[str],
    split: str,
) -> tuple[Integers, Integers]:
    """The rows of a split whose code point is of `characters`, and its place among them."""
    known = np.array(sorted(range(len(characters)), key=lambda n: ord(characters[n])), np.int64)
    points = np.array([ord(characters[n]) for n in known], np.uint32)
    at = np.searchsorted(points, labels).clip(max=len(points) - 1)
    which = (points[at] == labels) & (splits == SPLITS.index(split))
    return np.flatnonzero(which), known[at[which]]


class Shuffled:
    """Rows of `count` in a new order every epoch, none twice before all were there."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._orders: dict[tuple[int, int, int], Integers] = {}

    def rows(self, epoch: int, number: int, size: int, seed: int) -> Integers:
        """Those of batch `number` of an epoch, `size` of them; another order follows the last."""
        wanted = number * size + np.arange(size)
        turns = wanted // self.count
        parts = [
            self._order((seed, epoch, int(turn)))[wanted[turns == turn] % self.count]
            for turn in np.unique(turns)
        ]
        return np.concatenate(parts)

    def _order(self, key: tuple[int, int, int]) -> Integers:
        if key not in self._orders:
            order = np.random.default_rng((*key, 7)).permutation(self.count)
            self._orders = {key: order}  # the next epoch has another
        return self._orders[key]


class CorpusRows:
    """Inks of one split of corpora whose character is among `characters`, in a row.

    `labels`: (N,) int64, each ink's place in `characters`.
    """

    def __init__(
        self, corpora: Sequence[Corpus], characters: Sequence[str], *, split: str = "train"
    ) -> None:
        self._corpora = tuple(corpora)
        found = [rows_of(ink.label, ink.splits, characters, split) for ink in corpora]
        self._corpus = np.repeat(np.arange(len(found)), [len(places) for places, _ in found])
        self._place = np.concatenate([places for places, _ in found])
        self.labels: Integers = np.concatenate([labels for _, labels in found])
        self._order = Shuffled(len(self.labels))

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, epoch: int, number: int, size: int, seed: int) -> Integers:
        """The rows of a batch."""
        return self._order.rows(epoch, number, size, seed)

    def sequences(self, rows: Integers) -> StrokeSequences:
        """What the recognizer reads, and the canonical stroke of each sample that is aligned."""
        found = np.empty((len(rows), STEPS, len(FEATURES)), np.float32)
        strokes = np.empty((len(rows), STEPS), np.int64)
        for number, corpus in enumerate(self._corpora):
            here = np.flatnonzero(self._corpus[rows] == number)
            if len(here):
                points, is_first, sizes, canonical = corpus.gathered(self._place[rows[here]])
                read = sampled(points, is_first, sizes)
                found[here], strokes[here] = read.features, canonical[read.point]
        return StrokeSequences(found, strokes)
