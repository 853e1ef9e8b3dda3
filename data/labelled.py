"""The inks of corpora that are of given characters, for training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.corpus import Corpus
from data.packed import SPLITS
from data.sequence import Array, Integers, sequences


class LabelledInk:
    """Inks of one split of corpora whose character is among `characters`, in a row.

    `labels`: (N,) int64, each ink's place in `characters`.
    """

    def __init__(
        self, corpora: Sequence[Corpus], characters: Sequence[str], *, split: str = "train"
    ) -> None:
        known = np.array(sorted(range(len(characters)), key=lambda n: ord(characters[n])), np.int64)
        points = np.array([ord(characters[n]) for n in known], np.uint32)
        self._corpora = tuple(corpora)
        corpus, place, labels = [], [], []
        for number, ink in enumerate(corpora):
            at = np.searchsorted(points, ink.label).clip(max=len(points) - 1)
            which = (points[at] == ink.label) & (ink.splits == SPLITS.index(split))
            place.append(np.flatnonzero(which))
            labels.append(known[at[which]])
            corpus.append(np.full(len(labels[-1]), number))
        self._corpus, self._place = np.concatenate(corpus), np.concatenate(place)
        self.labels: Integers = np.concatenate(labels)
        self._orders: dict[tuple[int, int, int], Integers] = {}

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, epoch: int, number: int, size: int, seed: int) -> Integers:
        """The rows of a batch: every epoch is a new order of all, gone through without repeats.

        Where an epoch has more batches than there are inks for, the next order follows.
        """
        wanted = number * size + np.arange(size)
        turns = wanted // len(self)
        parts = []
        for turn in np.unique(turns):
            order = self._shuffled((seed, epoch, int(turn)))
            parts.append(order[wanted[turns == turn] % len(self)])
        return np.concatenate(parts)

    def sequences(self, rows: Integers) -> Array:
        """What the recognizer reads: (len(rows), STEPS, 8) float32."""
        found: Array | None = None
        for number, corpus in enumerate(self._corpora):
            here = np.flatnonzero(self._corpus[rows] == number)
            if not len(here):
                continue
            points, is_first, sizes = corpus.gathered(self._place[rows[here]])
            read = sequences(points, is_first, sizes)
            if found is None:
                found = np.empty((len(rows), *read.shape[1:]), np.float32)
            found[here] = read
        assert found is not None
        return found

    def _shuffled(self, key: tuple[int, int, int]) -> Integers:
        if key not in self._orders:
            order = np.random.default_rng((*key, 7)).permutation(len(self))
            self._orders = {key: order}  # the next epoch has another
        return self._orders[key]
