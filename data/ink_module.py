"""Synthetic ink for training, as a Lightning data module."""

from __future__ import annotations

from collections.abc import Iterator

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from data.characters import characters
from data.references import load_references
from data.synthetic import Synthesizer

Batch = tuple[torch.Tensor, torch.Tensor]


class SyntheticInk(IterableDataset[Batch]):
    """Batches of synthetic ink; the same seed gives the same batches."""

    def __init__(self, synthesizer: Synthesizer, *, batches: int, size: int, seed: int) -> None:
        self.synthesizer, self.batches, self.size, self.seed = synthesizer, batches, size, seed
        self.epoch = 0

    def __len__(self) -> int:
        return self.batches

    def __iter__(self) -> Iterator[Batch]:
        """Sequences (size, STEPS, 8) float32 and labels (size,) int64."""
        for number in range(self.batches):
            generator = np.random.default_rng((self.seed, self.epoch, number))
            labels = generator.integers(len(self.synthesizer.characters), size=self.size)
            ink = self.synthesizer.batch(labels, generator)
            yield torch.from_numpy(ink), torch.from_numpy(labels)
        self.epoch += 1


class SyntheticInkModule(L.LightningDataModule):
    """Synthetic ink of a reference set: `batches` batches of `size` inks an epoch."""

    def __init__(
        self,
        candidates: str = "all",
        reference: str = "ja",
        size: int = 256,
        batches: int = 250,
        validation_batches: int = 4,
        seed: int = 1,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.candidates, self.reference = candidates, reference
        self.size, self.batches, self.seed = size, batches, seed
        self.validation_batches = validation_batches

    def setup(self, stage: str) -> None:
        self.synthesizer = Synthesizer(characters(self.candidates), load_references(self.reference))

    def train_dataloader(self) -> DataLoader[Batch]:
        return self._loader(self.batches, self.seed)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._loader(self.validation_batches, self.seed + 1_000_000)

    def _loader(self, batches: int, seed: int) -> DataLoader[Batch]:
        ink = SyntheticInk(self.synthesizer, batches=batches, size=self.size, seed=seed)
        return DataLoader(ink, batch_size=None)
