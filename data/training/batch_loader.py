"""Batches by epoch and number, and which of them each process of a training makes.

A batch is a function of the seed, the epoch and its number in the epoch. So any number of workers
makes the same batches, and a resumed run continues with those it would have made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import lightning as L
import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from data.errors import DataError

Batch = tuple[torch.Tensor, torch.Tensor]
AnyBatch = TypeVar("AnyBatch")
BatchIndex = tuple[int, int]  # the epoch, and the number of a batch in it
LEAST = {"size": 1, "batches": 1, "validation_batches": 0, "workers": 0}
VALIDATION_SEED = 1_000_003  # added to the seed in validation, so that it repeats no training batch


@dataclass(frozen=True)
class LoaderSettings:
    """How many batches of which size a data module makes, and with how many worker processes.

    `size`: samples of a batch. `batches`, `validation_batches`: batches of an epoch; None means as
    many as the data has, where a data module allows it. `workers`: processes that make batches; 0
    where the training process makes them itself. `seed`: of everything random in the batches.

    Raises DataError for less than one sample or batch of training.
    """

    size: int = 256
    batches: int | None = 250
    validation_batches: int | None = 4
    workers: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            if (value := getattr(self, name)) is not None and value < least:
                raise DataError(f"loader.{name} is {value}; allowed: {least} or more")

    def required(self, name: str) -> int:
        """`batches` or `validation_batches`. Raises DataError where it is None."""
        count: int | None = getattr(self, name)
        if count is None:
            raise DataError(f"loader.{name} is needed: there is no end of synthetic samples")
        return count


class BatchDataModule(L.LightningDataModule):
    """A data module whose datasets make whole batches: `dataset[epoch, number]`.

    Each process of a training makes its part of the batches, with `loader.workers` workers.
    """

    def __init__(self, loader: LoaderSettings) -> None:
        super().__init__()
        self.loader = loader

    def batch_loader(
        self, batches: Dataset[AnyBatch], count: int, *, is_training: bool
    ) -> DataLoader[AnyBatch]:
        """A loader of this process's part of `count` batches an epoch.

        Without `is_training` every epoch has the same batches. Without a trainer there is one
        process.
        """
        trainer = self.trainer
        world, rank = (trainer.world_size, trainer.global_rank) if trainer else (1, 0)
        loader = ResumableLoader(
            batches,
            batch_size=None,
            sampler=BatchSampler(count, world=world, rank=rank, is_training=is_training),
            num_workers=self.loader.workers,
            persistent_workers=self.loader.workers > 0,
        )
        loader.trainer = trainer
        return loader


class ResumableLoader(DataLoader[AnyBatch]):
    """A loader that begins where a resumed training was killed, in the middle of an epoch too.

    Lightning alone would begin with the first batch of the epoch.
    """

    trainer: L.Trainer | None = None

    def __iter__(self) -> Iterator[AnyBatch]:  # type: ignore[override]
        """Lightning calls this before it knows epoch and place of a resumed run.

        Therefore nothing is read, and no worker is given a batch, before the first is asked for.
        """
        assert isinstance(self.sampler, BatchSampler)
        self.sampler.skipped = self.state_dict()["done"]
        yield from super().__iter__()

    def state_dict(self) -> dict[str, int]:
        """How many batches of this epoch a training has had; workers may have made more."""
        assert isinstance(self.sampler, BatchSampler)
        if self.trainer is None or not self.sampler.is_training:
            return {"done": 0}
        return {"done": self.trainer.fit_loop.epoch_loop.batch_progress.current.ready}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Does nothing: the trainer itself restores how many there were."""


class BatchSampler(DistributedSampler[int]):
    """Yields the (epoch, number) of this process's part of `count` batches.

    Lightning calls `set_epoch` when an epoch begins, in a resumed run too. Without `is_training`
    the epoch is always 0, so that every validation sees the same batches. Each of the `world`
    processes gets the same number of batches; up to `world` - 1 batches are left out. `skipped`:
    how many of its batches the next epoch leaves out first, because a resumed run had them.
    """

    def __init__(
        self, count: int, *, world: int = 1, rank: int = 0, is_training: bool = True
    ) -> None:
        super().__init__(
            range(count),  # type: ignore[arg-type]
            num_replicas=world,
            rank=rank,
            shuffle=False,
            drop_last=True,
        )
        self.is_training = is_training
        self.skipped = 0

    def __iter__(self) -> Iterator[BatchIndex]:  # type: ignore[override]
        skipped, self.skipped = self.skipped % max(1, len(self)), 0
        for number in islice(super().__iter__(), skipped, None):
            yield (self.epoch if self.is_training else 0), number
