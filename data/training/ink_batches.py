"""Batches of ink for training, made by their place alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from data.ink.sequence import Integers, StrokeSequences, joined, stroke_sequences
from data.references.reference import Reference
from data.synthetic.mistakes import Mistakes
from data.synthetic.nonsense import Nonsense
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import Place
from data.training.corpus_rows import CorpusRows


class InkBatch(NamedTuple):
    """Inks, and the references that some of them are to be matched with.

    `sequences`: (B, STEPS, 8) float32; `labels`: (B,) int64, -1 where the ink is no character;
    `strokes`: (B, STEPS) int64, the canonical stroke of each sample, -1 where nobody knows.
    `paired`: (R,) int64, rows of this batch; `references`: (R, STEPS, 8), the canonical drawing of
    each; `reference_strokes`: (R, STEPS), the stroke of each of its samples.
    """

    sequences: torch.Tensor
    labels: torch.Tensor
    strokes: torch.Tensor
    paired: torch.Tensor
    references: torch.Tensor
    reference_strokes: torch.Tensor


def batch(
    read: StrokeSequences,
    labels: Integers,
    paired: Integers | None = None,
    references: StrokeSequences | None = None,
) -> InkBatch:
    """A batch of tensors; without references none of its inks is paired."""
    if paired is None or references is None:
        paired, references = (
            np.zeros(0, np.int64),
            StrokeSequences(read.features[:0], read.strokes[:0]),
        )
    columns = (read.features, labels, read.strokes, paired, *references)
    return InkBatch(*(torch.from_numpy(column) for column in columns))


def drawn_references(labels: Sequence[str], references: Mapping[str, Reference]) -> StrokeSequences:
    """The canonical drawing of each character as the recognizer reads it."""
    return stroke_sequences([references[c].drawn() for c in labels])


class InkBatches(Dataset[InkBatch]):
    """Batches by (epoch, number): the same place, the same seed, the same batch, anywhere.

    A batch has `size` inks, of which `share` come from `corpora` and `refused` are no characters;
    with several `buckets` its synthetic inks have about as many strokes as each other. `pairs` of
    them come with their references. `known` are the labels that synthetic ink is drawn of.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        corpora: CorpusRows | None = None,
        *,
        size: int,
        seed: int,
        references: StrokeSequences | None = None,
        nonsense: Nonsense | None = None,
        share: float = 0.0,
        refused: float = 0.0,
        pairs: int = 0,
        buckets: int = 1,
        model: WriterModel | None = None,
        mistakes: Mistakes | None = None,
        known: Sequence[int] | None = None,
    ) -> None:
        self.synthesizer, self.corpora, self.nonsense = synthesizer, corpora, nonsense
        self.size, self.seed, self.model, self.mistakes = size, seed, model, mistakes
        self.refused = round(size * refused) if nonsense else 0
        self.from_corpora = round((size - self.refused) * share) if corpora else 0
        self.references = references
        self.pairs = min(pairs, size - self.refused) if references else 0
        chosen = np.arange(len(synthesizer.counts)) if known is None else np.array(known)
        by_strokes = chosen[np.argsort(synthesizer.counts[chosen], kind="stable")]
        self._buckets = np.array_split(by_strokes, buckets)

    def __getitem__(self, place: Place) -> InkBatch:
        epoch, number = place
        generator = np.random.default_rng((self.seed, epoch, number))
        parts: list[StrokeSequences] = []
        labels = []
        if self.from_corpora and self.corpora:
            rows = self.corpora.rows(epoch, number, self.from_corpora, self.seed)
            parts.append(self.corpora.sequences(rows))
            labels.append(self.corpora.labels[rows])
        if count := self.size - self.from_corpora - self.refused:
            bucket = self._buckets[generator.integers(len(self._buckets))]
            chosen = bucket[generator.integers(len(bucket), size=count)]
            drawing = self.synthesizer.draw(
                chosen, generator, model=self.model, mistakes=self.mistakes
            )
            parts.append(drawing.sequences(generator))
            labels.append(chosen)
        if self.nonsense and self.refused:
            parts.append(self.nonsense.sequences(self.refused, generator, model=self.model))
            labels.append(np.full(self.refused, -1))
        return self._paired(parts, np.concatenate(labels))

    def _paired(self, parts: list[StrokeSequences], labels: Integers) -> InkBatch:
        """The batch with the references of `pairs` inks, evenly among those that are characters."""
        read = joined(parts)
        if self.references is None:
            return batch(read, labels)
        every = (self.size - self.refused) / max(self.pairs, 1)
        paired = (np.arange(self.pairs) * every).astype(np.int64)
        return batch(read, labels, paired, self.references.at(labels[paired]))


class EveryInk(Dataset[InkBatch]):
    """The inks of corpora in their order, in batches by number; the last one may be smaller."""

    def __init__(self, corpora: CorpusRows, *, size: int) -> None:
        self.corpora, self.size = corpora, size

    def __getitem__(self, place: Place) -> InkBatch:
        first = place[1] * self.size
        rows = np.arange(first, min(first + self.size, len(self.corpora)))
        return batch(self.corpora.sequences(rows), self.corpora.labels[rows])
