"""The learning rate of the trainings of pictures: a warm-up, then a cosine."""

from __future__ import annotations

import math
from functools import partial

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig


def learning_rate_factor(step: int, *, steps: int, warmup: float) -> float:
    """Of the highest learning rate, at a step: a linear rise, then a cosine down to 0.

    It depends on the step alone, so that a run can be resumed with another end.
    """
    rise = max(1.0, warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, (step - rise) / max(1.0, steps - rise)))


def scheduled(
    optimizer: torch.optim.Optimizer, module: L.LightningModule, *, warmup: float
) -> OptimizerLRSchedulerConfig:
    """What `configure_optimizers` of a module returns; `warmup`: the fraction of all its steps."""
    steps = int(module.trainer.estimated_stepping_batches)
    factor = partial(learning_rate_factor, steps=steps, warmup=warmup)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
