"""Which batches a process of a training makes: by epoch and number, none of them twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler

Batch = tuple[torch.Tensor, torch.Tensor]
AnyBatch = TypeVar("AnyBatch")
Place = tuple[int, int]  # an epoch, and the number of a batch in it
VALIDATION = 1_000_003  # added to a seed, so that nothing of a training comes again


def batch_loader(
    batches: Dataset[AnyBatch], count: int, *, trainer: Any, workers: int, moving: bool = True
) -> DataLoader[AnyBatch]:
    """A loader of `count` batches an epoch, of which each process of `trainer` makes its share.

    `batches[epoch, number]` is a whole batch. `trainer` may be None: there is one process then.
    """
    world, rank = (trainer.world_size, trainer.global_rank) if trainer else (1, 0)
    return DataLoader(
        batches,
        batch_size=None,
        sampler=BatchSampler(count, world=world, rank=rank, moving=moving),
        num_workers=workers,
        persistent_workers=workers > 0,
    )


class BatchSampler(DistributedSampler[int]):
    """Yields (epoch, number) for this process's share of `count` batches.

    Lightning calls `set_epoch` as each epoch begins, of a resumed run too; so a run that goes on
    makes the batches that it would have made. `moving=False` keeps to epoch 0, for validation. The
    same number of batches falls to each process: up to `world` - 1 are left out.
    """

    def __init__(self, count: int, *, world: int = 1, rank: int = 0, moving: bool = True) -> None:
        super().__init__(
            range(count),  # type: ignore[arg-type]
            num_replicas=world,
            rank=rank,
            shuffle=False,
            drop_last=True,
        )
        self.moving = moving

    def __iter__(self) -> Iterator[tuple[int, int]]:  # type: ignore[override]
        for number in super().__iter__():
            yield (self.epoch if self.moving else 0), number
