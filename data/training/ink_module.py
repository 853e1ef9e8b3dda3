"""Ink for training, synthetic, of corpora, or a mixture of both, as a Lightning data module.

```python
from data.training.ink_module import InkDataModule

module = InkDataModule(candidates="joyo", size=64, batches=10)
module.setup("fit")
sequences, labels, *_ = next(iter(module.train_dataloader()))   # (64, 128, 8) and (64,)
```
In a configuration of `lightning fit`: `data: {class_path: data.training.ink_module.InkDataModule}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lightning as L
import numpy as np
from torch.utils.data import DataLoader, Dataset

from data.characters import characters
from data.corpora.corpus import Corpus
from data.errors import DataError
from data.references.store import merged_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.nonsense import Nonsense
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import VALIDATION, batch_loader
from data.training.corpus_rows import CorpusRows
from data.training.ink_batches import EveryInk, InkBatch, InkBatches, drawn_references


def held_out(labels: Sequence[str], count: int) -> frozenset[str]:
    """The `count` characters that a training with `held_out=count` never sees."""
    return frozenset(np.random.default_rng(0).permutation(np.array(labels))[:count].tolist())


class InkDataModule(L.LightningDataModule):
    """`batches` batches of `size` inks an epoch, spread over the processes of a training.

    `candidates`: lists of `data.characters`, joined by "+"; `references`: sets to draw synthetic
    ink from, the first that has a character counts. `corpora`: HDF5 files of ink, of which
    `corpus_share` of each batch comes, their split "train" in training, "validation" (or else
    "test") in validation, "test" in testing. `batches` may be None with corpora alone: every ink
    once an epoch. `writer` and `mistakes` shape the synthetic ink; validation makes no mistakes.
    `refused` is the share of inks that are no character (`Nonsense`), `pairs` how many inks of
    a batch come with their references, to learn which stroke is which, and `held_out` how many of
    the characters are never drawn (`held_out` names them). `forms` is the share of synthetic inks
    that follow another form of their character, where it has any.
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
        refused: float = 0.0,
        pairs: int = 0,
        held_out: int = 0,
        forms: float = 0.0,
        workers: int = 0,
        seed: int = 1,
        writer: WriterModel | None = None,
        mistakes: Mistakes | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= corpus_share <= 1 or not 0 <= refused < 1 or size < 1 or buckets < 1:
            raise DataError("shares lie from 0 to 1; size and buckets are 1 or more")
        if held_out and corpora:
            raise DataError("held_out is for synthetic ink alone: leave out the corpora, or it")
        if batches is None and (not corpora or corpus_share < 1):
            raise DataError("batches is needed unless all ink comes from corpora")
        self.save_hyperparameters(ignore=["writer", "mistakes"])
        self.candidates, self.references = candidates, tuple(references)
        self.corpora, self.corpus_share = tuple(corpora), corpus_share
        self.size, self.batches, self.validation_batches = size, batches, validation_batches
        self.buckets, self.workers, self.seed = buckets, workers, seed
        self.writer, self.mistakes = writer, mistakes
        self.refused, self.pairs, self.held_out = refused, pairs, held_out
        self.forms = forms

    def setup(self, stage: str) -> None:
        labels = characters(self.candidates)
        found = merged_references(self.references)
        self._synthesizer = Synthesizer(labels, found, forms=self.forms)
        self._labels = labels
        self._nonsense = Nonsense(self._synthesizer, found)
        self._references = drawn_references(labels, found)
        hidden = held_out(labels, self.held_out)
        self._known = [n for n, label in enumerate(labels) if label not in hidden]

    def train_dataloader(self) -> DataLoader[InkBatch]:
        corpora = self._corpora("train")
        batches = self._batches(corpora, self.seed, self.mistakes)
        count = self.batches
        if count is None:
            assert corpora is not None
            count = max(1, len(corpora) // self.size)
        return self._loader(batches, count)

    def val_dataloader(self) -> DataLoader[InkBatch]:
        return self._still("validation", "test")

    def test_dataloader(self) -> DataLoader[InkBatch]:
        """Every ink of the corpora's split "test" once, or synthetic ink where there is none."""
        corpora = self._corpora("test")
        if corpora is None:
            return self._still()
        count = -(-len(corpora) // self.size)
        every = EveryInk(corpora, size=self.size)
        return batch_loader(every, count, trainer=self.trainer, workers=self.workers, moving=False)

    def _still(self, *splits: str) -> DataLoader[InkBatch]:
        corpora = next(filter(None, map(self._corpora, splits)), None)
        batches = self._batches(corpora, self.seed + VALIDATION, Mistakes.none())
        return self._loader(batches, self.validation_batches, moving=False)

    def _corpora(self, split: str) -> CorpusRows | None:
        if not self.corpora:
            return None
        found = CorpusRows([Corpus(path) for path in self.corpora], self._labels, split=split)
        if not len(found):
            if split == "train":
                raise DataError(f"no ink of {self.candidates!r} is in the split train of corpora")
            return None
        return found

    def _batches(
        self, corpora: CorpusRows | None, seed: int, mistakes: Mistakes | None
    ) -> InkBatches:
        return InkBatches(
            self._synthesizer,
            corpora,
            size=self.size,
            model=self.writer,
            mistakes=mistakes,
            share=self.corpus_share,
            buckets=self.buckets,
            refused=self.refused,
            pairs=self.pairs,
            references=self._references,
            nonsense=self._nonsense,
            known=self._known,
            seed=seed,
        )

    def _loader(
        self, batches: Dataset[InkBatch], count: int, *, moving: bool = True
    ) -> DataLoader[InkBatch]:
        return batch_loader(
            batches, count, trainer=self.trainer, workers=self.workers, moving=moving
        )
