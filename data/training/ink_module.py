"""Ink for training as a Lightning data module: synthetic, from corpora, or a mixture of both.

```python
from data.training.batch_loader import LoaderSettings
from data.training.ink_module import InkDataModule

module = InkDataModule(candidates="joyo", loader=LoaderSettings(size=64, batches=10))
module.setup("fit")
sequences, labels, *_ = next(iter(module.train_dataloader()))   # (64, 128, 8) and (64,)
```
In a configuration of `lightning fit`:
```yaml
data:
  class_path: data.training.ink_module.InkDataModule
  init_args:
    candidates: joyo
    loader: {size: 64, batches: 10}
    mix: {refused: 0.05}
```
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from torch.utils.data import DataLoader

from data.characters import characters
from data.corpora.corpus import Corpus
from data.errors import DataError
from data.references.store import merged_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.nonsense import Nonsense
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import VALIDATION_SEED, BatchDataModule, LoaderSettings
from data.training.corpus_rows import CorpusRows
from data.training.ink_batches import (
    InkBatch,
    InkBatches,
    LabelGroup,
    SequentialInkBatches,
    SyntheticInk,
    drawn_references,
)
from data.training.mix import Mix

LOADER = LoaderSettings()
MIX = Mix()


def held_out(labels: Sequence[str], count: int) -> frozenset[str]:
    """The `count` characters that a training with `held_out=count` never sees."""
    return frozenset(np.random.default_rng(0).permutation(np.array(labels))[:count].tolist())


class InkDataModule(BatchDataModule):
    """Batches of ink, `InkBatch`, composed as `mix` says.

    `candidates`: lists of `data.characters`, joined by "+". `references`: the sets that synthetic
    ink is drawn from; the first set that has a character counts. `corpora`: HDF5 files of ink.
    Training takes their split "train", validation "validation" or, where that is empty, "test",
    and testing "test". `held_out`: how many characters are never drawn; the function `held_out`
    names them. `loader.batches` may be None where all ink comes from corpora; an epoch then has
    every ink once. `writer` and `mistakes` shape the synthetic ink; validation has no mistakes.

    Raises DataError for settings that contradict each other.
    """

    def __init__(
        self,
        candidates: str = "all",
        references: Sequence[str] = ("ja",),
        corpora: Sequence[Path] = (),
        held_out: int = 0,
        mix: Mix = MIX,
        loader: LoaderSettings = LOADER,
        writer: WriterModel | None = None,
        mistakes: Mistakes | None = None,
    ) -> None:
        super().__init__(loader)
        if held_out and corpora:
            raise DataError("held_out is for synthetic ink alone: leave out held_out or corpora")
        if not corpora or mix.corpus_share < 1:
            loader.required("batches")
        loader.required("validation_batches")
        self.candidates, self.references = candidates, tuple(references)
        self.corpora, self.held_out, self.mix = tuple(corpora), held_out, mix
        self.writer, self.mistakes = writer, mistakes
        self.save_hyperparameters(
            {
                "candidates": candidates,
                "references": list(references),
                "corpora": [str(path) for path in corpora],
                "held_out": held_out,
                "mix": asdict(mix),
                "loader": asdict(loader),
            }
        )

    def setup(self, stage: str) -> None:
        self._labels = characters(self.candidates)
        references = merged_references(self.references)
        synthesizer = Synthesizer(self._labels, references, forms=self.mix.forms)
        hidden = held_out(self._labels, self.held_out)
        self._synthetic = SyntheticInk(
            synthesizer,
            labels=[n for n, label in enumerate(self._labels) if label not in hidden],
            references=drawn_references(self._labels, references),
            nonsense=Nonsense(synthesizer, references),
            writer=self.writer,
            groups=self._label_groups(hidden),
        )

    def _label_groups(self, hidden: Collection[str]) -> list[LabelGroup]:
        """The groups with their characters as indexes; no character is in two of them."""
        groups, taken = [], set(hidden)
        for group in self.mix.groups:
            own = {c for c in characters(group.candidates) if c in self._labels} - taken
            taken |= own
            labels = np.array([n for n, label in enumerate(self._labels) if label in own], np.int64)
            if not len(labels):
                raise DataError(f"the group {group.candidates!r} has no character of its own")
            groups.append(LabelGroup(labels, group.share, group.writer, group.mistakes))
        return groups

    def train_dataloader(self) -> DataLoader[InkBatch]:
        corpora = self._corpus_rows("train")
        if self.corpora and corpora is None:
            raise DataError(f'the split "train" of the corpora has no ink of {self.candidates!r}')
        count = self.loader.batches
        if count is None:
            assert corpora is not None  # as checked in __init__
            count = max(1, len(corpora) // self.loader.size)
        batches = self._batches(corpora, self.loader.seed, self.mistakes)
        return self.batch_loader(batches, count, is_training=True)

    def val_dataloader(self) -> DataLoader[InkBatch]:
        return self._validation_loader("validation", "test")

    def test_dataloader(self) -> DataLoader[InkBatch]:
        """Every ink of the corpora's split "test" once, or synthetic ink where there is none."""
        corpora = self._corpus_rows("test")
        if corpora is None:
            return self._validation_loader()
        count = -(-len(corpora) // self.loader.size)
        batches = SequentialInkBatches(corpora, size=self.loader.size)
        return self.batch_loader(batches, count, is_training=False)

    def _validation_loader(self, *splits: str) -> DataLoader[InkBatch]:
        """Batches with ink of the first of `splits` that has any, the same ones in every epoch."""
        corpora = next(filter(None, map(self._corpus_rows, splits)), None)
        seed = self.loader.seed + VALIDATION_SEED
        batches = self._batches(corpora, seed, Mistakes.none(), of_groups=False)
        count = self.loader.required("validation_batches")
        return self.batch_loader(batches, count, is_training=False)

    def _corpus_rows(self, split: str) -> CorpusRows | None:
        """The ink of one split of the corpora, None where there is none."""
        if not self.corpora:
            return None
        rows = CorpusRows([Corpus(path) for path in self.corpora], self._labels, split=split)
        return rows if len(rows) else None

    def _batches(
        self,
        corpora: CorpusRows | None,
        seed: int,
        mistakes: Mistakes | None,
        *,
        of_groups: bool = True,
    ) -> InkBatches:
        """Batches whose inks have `mistakes`, or those of their group if `of_groups`."""
        synthetic = self._synthetic
        if not of_groups:
            groups = [replace(group, mistakes=None) for group in synthetic.groups]
            synthetic = replace(synthetic, groups=groups)
        return InkBatches(
            synthetic,
            corpora,
            mix=self.mix,
            size=self.loader.size,
            seed=seed,
            mistakes=mistakes,
        )
