"""Which of several processes this one is, as torchrun or SLURM started them.

The environments are read by Lightning Fabric's own classes.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from data.errors import DataError

# Variables of torchrun and of srun: without one of them a process is alone.
VARIABLES = ("TORCHELASTIC_RUN_ID", "SLURM_NTASKS")
LONGEST_WAIT = timedelta(days=7)  # for the other processes to do their parts

T = TypeVar("T")


@dataclass(frozen=True)
class Ranks:
    """This process is number `rank` of `count`, and number `local` on its machine."""

    rank: int = 0
    count: int = 1
    local: int = 0

    def part_of(self, everything: Sequence[T]) -> Sequence[T]:
        """What this process does: every `count`-th of all."""
        return everything[self.rank :: self.count]

    def device(self, name: str) -> str:
        """The device of this process where a setting says `name`: `auto` gives each its own GPU."""
        if name != "auto" or self.count == 1:
            return name
        import torch

        if not torch.cuda.is_available():
            return name
        return f"cuda:{self.local % torch.cuda.device_count()}"

    def wait(self) -> None:
        """Returns once every process has called it."""
        if self.count > 1:
            import torch

            torch.distributed.barrier()


@contextmanager
def joined_ranks() -> Iterator[Ranks]:
    """The processes that were started together, connected by gloo; one where it is alone.

    Raises DataError where several were started and Lightning is not installed.
    """
    if not any(name in os.environ for name in VARIABLES):
        yield Ranks()
        return
    if importlib.util.find_spec("lightning") is None:
        raise DataError("several processes need Lightning: pip install 'hitsujun[train]'")
    import torch
    from lightning.fabric.plugins.environments.slurm import SLURMEnvironment
    from lightning.fabric.plugins.environments.torchelastic import TorchElasticEnvironment

    kinds = (TorchElasticEnvironment, SLURMEnvironment)
    environment = next((kind() for kind in kinds if kind.detect()), None)
    if environment is None or environment.world_size() == 1:
        yield Ranks()
        return
    ranks = Ranks(environment.global_rank(), environment.world_size(), environment.local_rank())
    torch.distributed.init_process_group(
        "gloo",
        init_method=f"tcp://{environment.main_address}:{environment.main_port}",
        rank=ranks.rank, world_size=ranks.count, timeout=LONGEST_WAIT,
    )  # fmt: skip
    try:
        yield ranks
    finally:
        torch.distributed.destroy_process_group()
