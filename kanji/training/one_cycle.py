"""The optimizer that every network here is trained by."""

from __future__ import annotations

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig


def one_cycle(
    module: L.LightningModule, *, learning_rate: float, weight_decay: float, warmup: float
) -> OptimizerLRSchedulerConfig:
    """AdamW, the rate rising over the share `warmup` of all steps and falling by a cosine after."""
    optimizer = torch.optim.AdamW(module.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=learning_rate,
        total_steps=int(module.trainer.estimated_stepping_batches),
        pct_start=warmup,
    )
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
