"""The optimizer and learning-rate schedule that every network here is trained with."""

from __future__ import annotations

from dataclasses import dataclass

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig


@dataclass(frozen=True)
class OneCycle:
    """AdamW with a one-cycle schedule.

    The learning rate rises over the fraction `warmup` of all steps to its peak, `learning_rate`,
    and then falls along a cosine.
    """

    learning_rate: float
    weight_decay: float
    warmup: float

    def optimizers(self, module: L.LightningModule) -> OptimizerLRSchedulerConfig:
        """What `configure_optimizers` of a module returns; the module must have its trainer."""
        optimizer = torch.optim.AdamW(
            module.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=self.learning_rate,
            total_steps=int(module.trainer.estimated_stepping_batches),
            pct_start=self.warmup,
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
