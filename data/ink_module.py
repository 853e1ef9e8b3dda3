"""Ink for training, synthetic, of corpora, or a mixture of both, as a Lightning data module.

```python
from data.ink_module import InkDataModule

module = InkDataModule(candidates="joyo", size=64, batches=10)
module.setup("fit")
sequences, labels = next(iter(module.train_dataloader()))   # (64, 128, 8) and (64,)
```
In a configuration of `lightning fit`: `data: {class_path: data.ink_module.InkDataModule}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from data.batches import VALIDATION, Batch, Place, batch_loader
from data.characters import characters
from data.corpus import Corpus
from data.errors import DataError
from data.labelled import LabelledInk
from data.mistakes import Mistakes
from data.references import merged_references
from data.synthetic import Synthesizer
from data.writer import WriterModel


class InkBatches(Dataset[Batch]):
    """Batches by (epoch, number): the same place, the same seed, the same batch, anywhere.

    A batch has `size` inks, of which `share` come from `corpora`; with several `buckets` its
    synthetic inks have about as many strokes as each other.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        corpora: LabelledInk | None = None,
        *,
        size: int,
        seed: int,
        share: float = 0.0,
        buckets: int = 1,
        model: WriterModel | None = None,
        mistakes: Mistakes | None = None,
    ) -> None:
        self.synthesizer, self.corpora = synthesizer, corpora
        self.size, self.seed, self.model, self.mistakes = size, seed, model, mistakes
        self.from_corpora = round(size * share) if corpora else 0
        by_strokes = np.argsort(synthesizer.counts, kind="stable")
        self._buckets = np.array_split(by_strokes, buckets)

    def __getitem__(self, place: Place) -> Batch:
        """Sequences (size, STEPS, 8) float32 and labels (size,) int64."""
        epoch, number = place
        generator = np.random.default_rng((self.seed, epoch, number))
        parts, labels = [], []
        if self.from_corpora and self.corpora:
            rows = self.corpora.rows(epoch, number, self.from_corpora, self.seed)
            parts.append(self.corpora.sequences(rows))
            labels.append(self.corpora.labels[rows])
        if self.size > self.from_corpora:
            bucket = self._buckets[generator.integers(len(self._buckets))]
            chosen = bucket[generator.integers(len(bucket), size=self.size - self.from_corpora)]
            drawing = self.synthesizer.draw(
                chosen, generator, model=self.model, mistakes=self.mistakes
            )
            parts.append(drawing.sequences(generator))
            labels.append(chosen)
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(np.concatenate(labels))


class EveryInk(Dataset[Batch]):
    """The inks of corpora in their order, in batches by number; the last one may be smaller."""

    def __init__(self, corpora: LabelledInk, *, size: int) -> None:
        self.corpora, self.size = corpora, size

    def __getitem__(self, place: Place) -> Batch:
        """Sequences (size, STEPS, 8) float32 and labels (size,) int64."""
        first = place[1] * self.size
        rows = np.arange(first, min(first + self.size, len(self.corpora)))
        sequences, labels = self.corpora.sequences(rows), self.corpora.labels[rows]
        return torch.from_numpy(sequences), torch.from_numpy(labels)


class InkDataModule(L.LightningDataModule):
    """`batches` batches of `size` inks an epoch, spread over the processes of a training.

    `candidates`: lists of `data.characters`, joined by "+"; `references`: sets to draw synthetic
    ink from, the first that has a character counts. `corpora`: HDF5 files of ink, of which
    `corpus_share` of each batch comes, their split "train" in training, "validation" (or else
    "test") in validation, "test" in testing. `batches` may be None with corpora alone: every ink
    once an epoch. `writer` and `mistakes` shape the synthetic ink; validation makes no mistakes.
    """

    def __init__(
        self,
        candidates: str = "all",
        references: Sequence[str] = ("ja",),
        corpora: Sequence[Path] = (),
        corpus_share: float = 0.5,
        size: int = 256,
        batches: int | None = 250,
        validation_batches: int = 4,
        buckets: int = 1,
        workers: int = 0,
        seed: int = 1,
        writer: WriterModel | None = None,
        mistakes: Mistakes | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= corpus_share <= 1 or size < 1 or buckets < 1:
            raise DataError("corpus_share lies from 0 to 1; size and buckets are 1 or more")
        if batches is None and (not corpora or corpus_share < 1):
            raise DataError("batches is needed unless all ink comes from corpora")
        self.save_hyperparameters(ignore=["writer", "mistakes"])
        self.candidates, self.references = candidates, tuple(references)
        self.corpora, self.corpus_share = tuple(corpora), corpus_share
        self.size, self.batches, self.validation_batches = size, batches, validation_batches
        self.buckets, self.workers, self.seed = buckets, workers, seed
        self.writer, self.mistakes = writer, mistakes

    def setup(self, stage: str) -> None:
        labels = characters(self.candidates)
        found = merged_references(self.references)
        self._synthesizer = Synthesizer(labels, found)
        self._labels = labels

    def train_dataloader(self) -> DataLoader[Batch]:
        corpora = self._corpora("train")
        batches = self._batches(corpora, self.seed, self.mistakes)
        count = self.batches
        if count is None:
            assert corpora is not None
            count = max(1, len(corpora) // self.size)
        return self._loader(batches, count)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._still("validation", "test")

    def test_dataloader(self) -> DataLoader[Batch]:
        """Every ink of the corpora's split "test" once, or synthetic ink where there is none."""
        corpora = self._corpora("test")
        if corpora is None:
            return self._still()
        count = -(-len(corpora) // self.size)
        every = EveryInk(corpora, size=self.size)
        return batch_loader(every, count, trainer=self.trainer, workers=self.workers, moving=False)

    def _still(self, *splits: str) -> DataLoader[Batch]:
        corpora = next(filter(None, map(self._corpora, splits)), None)
        batches = self._batches(corpora, self.seed + VALIDATION, Mistakes.none())
        return self._loader(batches, self.validation_batches, moving=False)

    def _corpora(self, split: str) -> LabelledInk | None:
        if not self.corpora:
            return None
        found = LabelledInk([Corpus(path) for path in self.corpora], self._labels, split=split)
        if not len(found):
            if split == "train":
                raise DataError(f"no ink of {self.candidates!r} is in the split train of corpora")
            return None
        return found

    def _batches(
        self, corpora: LabelledInk | None, seed: int, mistakes: Mistakes | None
    ) -> InkBatches:
        return InkBatches(
            self._synthesizer,
            corpora,
            size=self.size,
            model=self.writer,
            mistakes=mistakes,
            share=self.corpus_share,
            buckets=self.buckets,
            seed=seed,
        )

    def _loader(self, batches: InkBatches, count: int, *, moving: bool = True) -> DataLoader[Batch]:
        return batch_loader(
            batches, count, trainer=self.trainer, workers=self.workers, moving=moving
        )
