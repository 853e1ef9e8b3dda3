"""Training of the recognizer, through `lightning fit --config kanji/configs/recognizer.yaml`."""

from __future__ import annotations

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch.nn import functional

from data.characters import characters
from kanji.model import InkLSTM

Batch = tuple[torch.Tensor, torch.Tensor]


class RecognizerModule(L.LightningModule):
    """Cross entropy with a little label smoothing, AdamW, a warm-up and a cosine decay."""

    def __init__(
        self,
        candidates: str = "all",
        width: int = 192,
        bottleneck: int = 256,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.01,
        warmup: float = 0.05,
        label_smoothing: float = 0.02,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.learning_rate, self.weight_decay, self.warmup = learning_rate, weight_decay, warmup
        self.label_smoothing = label_smoothing
        self.model = InkLSTM(len(characters(candidates)), width=width, bottleneck=bottleneck)

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        logits = self.model(batch[0]).float()
        loss = functional.cross_entropy(logits, batch[1], label_smoothing=self.label_smoothing)
        self.log("loss", loss, prog_bar=True)
        self.log("accuracy", _accuracy(logits, batch[1]), prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        logits = self.model(batch[0]).float()
        size = len(batch[1])
        self.log("val_loss", functional.cross_entropy(logits, batch[1]), batch_size=size)
        self.log("val_accuracy", _accuracy(logits, batch[1]), prog_bar=True, batch_size=size)

    def test_step(self, batch: Batch, _index: int) -> None:
        logits, size = self.model(batch[0]).float(), len(batch[1])
        best = logits.topk(10, dim=1).indices == batch[1][:, None]
        self.log("test_top1", best[:, 0].float().mean(), batch_size=size)
        self.log("test_top10", best.any(dim=1).float().mean(), batch_size=size)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = torch.optim.AdamW(
            self.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=self.learning_rate,
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=self.warmup,
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


def _accuracy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return (logits.argmax(dim=1) == labels).float().mean()
