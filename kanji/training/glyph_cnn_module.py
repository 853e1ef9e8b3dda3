"""Training of the CNN for pictures: `lightning fit --config kanji/configs/image.yaml`."""

from __future__ import annotations

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch.nn import functional

from data.characters import characters
from data.training.batch_loader import Batch
from kanji.training.classes import check_classes
from kanji.training.glyph_cnn import GlyphCNN
from kanji.training.one_cycle import OneCycle


class GlyphModule(L.LightningModule):
    """Cross entropy with label smoothing, over the pictures of `GlyphDataModule`.

    `candidates`: the list of characters that are the classes; `bottleneck`: as of `GlyphCNN`;
    `learning_rate`, `weight_decay` and `warmup`: as of `OneCycle`.
    """

    def __init__(
        self,
        candidates: str = "all",
        bottleneck: int = 192,
        learning_rate: float = 3e-3,
        weight_decay: float = 0.01,
        warmup: float = 0.1,
        label_smoothing: float = 0.02,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.schedule = OneCycle(learning_rate, weight_decay, warmup)
        self.label_smoothing = label_smoothing
        self.labels = characters(candidates)
        model = GlyphCNN(len(self.labels), bottleneck=bottleneck)
        self.model = model.to(memory_format=torch.channels_last)  # a fifth faster on a CPU

    def setup(self, stage: str) -> None:
        """Raises ClassesDiffer where the data has other characters."""
        check_classes(self.labels, self.trainer)

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        logits = self.model(batch[0]).float()
        loss = functional.cross_entropy(logits, batch[1], label_smoothing=self.label_smoothing)
        self.log("loss", loss, prog_bar=True)
        self.log("accuracy", _top_accuracy(logits, batch[1], 1), prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        logits = self.model(batch[0]).float()
        metrics = {
            "val_loss": functional.cross_entropy(logits, batch[1]),
            "val_accuracy": _top_accuracy(logits, batch[1], 1),
        }
        self.log_dict(metrics, prog_bar=True, sync_dist=True)  # each process has other batches

    def test_step(self, batch: Batch, _index: int) -> None:
        logits, labels = self.model(batch[0]).float(), batch[1]
        for count in (1, 10):
            accuracy = _top_accuracy(logits, labels, count)
            self.log(f"test_top{count}", accuracy, batch_size=len(labels), sync_dist=True)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return self.schedule.optimizers(self)


def _top_accuracy(logits: torch.Tensor, labels: torch.Tensor, count: int) -> torch.Tensor:
    """The fraction of the rows whose label is among the `count` largest logits."""
    best = logits.topk(count, dim=1).indices
    return (best == labels[:, None]).any(dim=1).float().mean()
