"""The rows of corpora, or of other files, whose character a training learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data.corpora.corpus import Corpus
from data.ink.packed import SPLITS
from data.ink.sequence import FEATURES, STEPS, Integers, StrokeSequences, sampled


class LabelledFile(Protocol):
    """A file with a character and a split for each row, as a corpus or a file of glyphs.

    `label`: (N,) uint32, code points; `splits`: (N,) uint8, indexes into SPLITS.
    """

    @property
    def label(self) -> npt.NDArray[np.uint32]: ...

    @property
    def splits(self) -> npt.NDArray[np.uint8]: ...


@dataclass(frozen=True)
class FileRows:
    """Rows of several files, one after another: (N,) int64 each.

    `file`: the index of the file; `row`: the row in it; `label`: the index of its character.
    """

    file: Integers
    row: Integers
    label: Integers

    @classmethod
    def of(cls, files: Sequence[LabelledFile], characters: Sequence[str], split: str) -> FileRows:
        """The rows of `split` ("train", "validation" or "test") whose character is listed."""
        none = np.zeros(0, np.int64)
        each = [_rows_of(file, characters, split) for file in files]
        return cls(
            np.repeat(np.arange(len(each)), [len(rows) for rows, _ in each]),
            np.concatenate([none, *(rows for rows, _ in each)]),
            np.concatenate([none, *(labels for _, labels in each)]),
        )

    def __len__(self) -> int:
        return len(self.row)

    def in_file(self, file: int, chosen: Integers) -> tuple[Integers, Integers]:
        """Which of `chosen` (indexes of these rows) are of a file, and their rows in the file."""
        positions = np.flatnonzero(self.file[chosen] == file)
        return positions, self.row[chosen[positions]]


def _rows_of(
    file: LabelledFile, characters: Sequence[str], split: str
) -> tuple[Integers, Integers]:
    """The rows of a split whose character is listed, and the index of each character."""
    by_code_point = np.array(sorted(range(len(characters)), key=lambda n: ord(characters[n])))
    code_points = np.array([ord(characters[n]) for n in by_code_point], np.uint32)
    at = np.searchsorted(code_points, file.label).clip(max=len(code_points) - 1)
    is_chosen = (code_points[at] == file.label) & (file.splits == SPLITS.index(split))
    return np.flatnonzero(is_chosen), by_code_point[at[is_chosen]]


class ShuffledRows:
    """Row numbers below `count` in a random order, a new one each epoch.

    No row comes twice before every row has come once.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._orders: dict[tuple[int, int, int], Integers] = {}

    def rows(self, epoch: int, number: int, size: int, seed: int) -> Integers:
        """The rows (size,) of batch `number` of an epoch; a new order follows where one ends."""
        positions = number * size + np.arange(size)
        turns = positions // self.count
        parts = [
            self._order((seed, epoch, int(turn)))[positions[turns == turn] % self.count]
            for turn in np.unique(turns)
        ]
        return np.concatenate(parts)

    def _order(self, key: tuple[int, int, int]) -> Integers:
        if key not in self._orders:
            order = np.random.default_rng((*key, 7)).permutation(self.count)
            self._orders = {key: order}  # only the last one: the next epoch has another
        return self._orders[key]


class CorpusRows:
    """The inks of one split of several corpora whose character is listed, numbered from 0.

    `labels`: (N,) int64, the index of each ink's character in `characters`.
    """

    def __init__(
        self, corpora: Sequence[Corpus], characters: Sequence[str], *, split: str = "train"
    ) -> None:
        self._corpora = tuple(corpora)
        self._rows = FileRows.of(corpora, characters, split)
        self._shuffled = ShuffledRows(len(self._rows))
        self.labels = self._rows.label

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, epoch: int, number: int, size: int, seed: int) -> Integers:
        """The rows (size,) of a batch, shuffled."""
        return self._shuffled.rows(epoch, number, size, seed)

    def sequences(self, rows: Integers) -> StrokeSequences:
        """The inks of some rows as the recognizer reads them.

        The canonical stroke of a sample is -1 where its ink is not aligned.
        """
        features = np.empty((len(rows), STEPS, len(FEATURES)), np.float32)
        strokes = np.empty((len(rows), STEPS), np.int64)
        for number, corpus in enumerate(self._corpora):
            positions, corpus_rows = self._rows.in_file(number, rows)
            if len(positions):
                points, is_first, sizes, canonical = corpus.gathered(corpus_rows)
                read = sampled(points, is_first, sizes)
                features[positions], strokes[positions] = read.features, canonical[read.point]
        return StrokeSequences(features, strokes)
