"""Batches of ink for training, each determined by its epoch and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from data.ink.sequence import Integers, StrokeSequences, joined, stroke_sequences
from data.references.reference import Reference
from data.synthetic.mistakes import Generator, Mistakes
from data.synthetic.nonsense import Nonsense
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import BatchIndex
from data.training.corpus_rows import CorpusRows
from data.training.mix import Mix


class InkBatch(NamedTuple):
    """B inks, and the references of R of them, to be matched with their inks.

    `sequences`: (B, STEPS, 8) float32. `labels`: (B,) int64, -1 where the ink is no character.
    `strokes`: (B, STEPS) int64, the canonical stroke of each sample, -1 where it is unknown.
    `paired`: (R,) int64, rows of this batch. `references`: (R, STEPS, 8) float32, the canonical
    drawing of each. `reference_strokes`: (R, STEPS) int64, the stroke of each of its samples.
    """

    sequences: torch.Tensor
    labels: torch.Tensor
    strokes: torch.Tensor
    paired: torch.Tensor
    references: torch.Tensor
    reference_strokes: torch.Tensor


def ink_batch(
    inks: StrokeSequences,
    labels: Integers,
    paired: Integers | None = None,
    references: StrokeSequences | None = None,
) -> InkBatch:
    """A batch of tensors. Without references none of its inks is paired."""
    if paired is None or references is None:
        paired = np.zeros(0, np.int64)
        references = inks.at(paired)
    columns = (inks.features, labels, inks.strokes, paired, *references)
    return InkBatch(*(torch.from_numpy(column) for column in columns))


def drawn_references(labels: Sequence[str], references: Mapping[str, Reference]) -> StrokeSequences:
    """The canonical drawing of each character as the recognizer reads it."""
    return stroke_sequences([references[c].drawn() for c in labels])


@dataclass(frozen=True, eq=False)
class LabelGroup:
    """`labels`: characters by their index; `share`: the fraction of the synthetic ink they get.

    `writer` and `mistakes`: of their ink, None for those of all ink.
    """

    labels: Integers
    share: float
    writer: WriterModel | None = None
    mistakes: Mistakes | None = None


@dataclass(frozen=True, eq=False)
class SyntheticInk:
    """What synthetic ink of a training is drawn from.

    `labels`: the indexes into the synthesizer's characters that are drawn, None for all of them.
    `references`: the canonical drawing of every character, for pairs; `nonsense`: the source of
    what is no character. Without one of these a batch has no pairs, or none of the other.
    `writer`: of characters and nonsense alike. `groups`: of labels with a share and writers of
    their own; the share that they leave is of all other labels.
    """

    synthesizer: Synthesizer
    labels: Sequence[int] | None = None
    references: StrokeSequences | None = None
    nonsense: Nonsense | None = None
    writer: WriterModel | None = None
    groups: Sequence[LabelGroup] = ()

    def all_groups(self) -> list[LabelGroup]:
        """The groups, and one of all other labels where they leave it a share."""
        counts = self.synthesizer.counts
        labels = np.arange(len(counts)) if self.labels is None else np.array(self.labels)
        rest = 1 - sum(group.share for group in self.groups)
        others = labels[~np.isin(labels, np.concatenate([[-1], *(g.labels for g in self.groups)]))]
        return [LabelGroup(others, rest), *self.groups] if rest > 0 else list(self.groups)

    def by_strokes(self, labels: Integers, buckets: int) -> list[Integers]:
        """The labels in buckets that have about as many strokes as each other."""
        order = np.argsort(self.synthesizer.counts[labels], kind="stable")
        return np.array_split(labels[order], buckets)

    def draw(
        self, labels: Integers, group: LabelGroup, generator: Generator, mistakes: Mistakes | None
    ) -> StrokeSequences:
        """One ink for each label, which are of `group`."""
        model = group.writer or self.writer
        drawing = self.synthesizer.draw(labels, generator, model=model, mistakes=mistakes)
        return drawing.sequences(generator)


class InkBatches(Dataset[InkBatch]):
    """Batches of `size` inks by (epoch, number), composed as `mix` says.

    The same seed, epoch and number give the same batch in any process. Inks of `corpora` come
    first, then synthetic ones with `mistakes`, then what is no character.
    """

    def __init__(
        self,
        synthetic: SyntheticInk,
        corpora: CorpusRows | None = None,
        *,
        mix: Mix,
        size: int,
        seed: int,
        mistakes: Mistakes | None = None,
    ) -> None:
        self.synthetic, self.corpora, self.mistakes = synthetic, corpora, mistakes
        self.size, self.seed = size, seed
        self.refused = round(size * mix.refused) if synthetic.nonsense else 0
        characters = size - self.refused
        self.from_corpora = round(characters * mix.corpus_share) if corpora else 0
        self.pairs = min(mix.pairs, characters) if synthetic.references else 0
        count = characters - self.from_corpora
        self._groups = _with_counts(synthetic.all_groups(), count)
        self._buckets = [synthetic.by_strokes(g.labels, mix.buckets) for g, _ in self._groups]

    def __getitem__(self, index: BatchIndex) -> InkBatch:
        epoch, number = index
        generator = np.random.default_rng((self.seed, epoch, number))
        parts: list[StrokeSequences] = []
        labels: list[Integers] = []
        if self.from_corpora and self.corpora:
            rows = self.corpora.rows(epoch, number, self.from_corpora, self.seed)
            parts.append(self.corpora.sequences(rows))
            labels.append(self.corpora.labels[rows])
        for (group, count), buckets in zip(self._groups, self._buckets, strict=True):
            bucket = buckets[generator.integers(len(buckets))]
            drawn = bucket[generator.integers(len(bucket), size=count)]
            mistakes = self.mistakes if group.mistakes is None else group.mistakes
            parts.append(self.synthetic.draw(drawn, group, generator, mistakes))
            labels.append(drawn)
        if self.refused and self.synthetic.nonsense:
            model = self.synthetic.writer
            parts.append(self.synthetic.nonsense.sequences(self.refused, generator, model=model))
            labels.append(np.full(self.refused, -1))
        return self._with_references(joined(parts), np.concatenate(labels))

    def _with_references(self, inks: StrokeSequences, labels: Integers) -> InkBatch:
        """The batch with the references of `pairs` characters, evenly spaced among them."""
        references = self.synthetic.references
        if references is None:
            return ink_batch(inks, labels)
        spacing = (self.size - self.refused) / max(self.pairs, 1)
        paired = (np.arange(self.pairs) * spacing).astype(np.int64)
        return ink_batch(inks, labels, paired, references.at(labels[paired]))


def _with_counts(groups: list[LabelGroup], size: int) -> list[tuple[LabelGroup, int]]:
    """Each group with how many of `size` inks it gets; groups without any are left out."""
    bounds = np.rint(np.cumsum([0.0, *(group.share for group in groups)]) * size).astype(int)
    counts = np.diff(bounds).tolist()
    return [(group, n) for group, n in zip(groups, counts, strict=True) if n]


class SequentialInkBatches(Dataset[InkBatch]):
    """All inks of corpora in order, in batches of `size` by number; the last may be smaller."""

    def __init__(self, corpora: CorpusRows, *, size: int) -> None:
        self.corpora, self.size = corpora, size

    def __getitem__(self, index: BatchIndex) -> InkBatch:
        first = index[1] * self.size
        rows = np.arange(first, min(first + self.size, len(self.corpora)))
        return ink_batch(self.corpora.sequences(rows), self.corpora.labels[rows])
