"""Training on classes: `lightning fit --config style/configs/squeezenet_imagenet.yaml`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from data.training.batch_loader import Batch
from style.errors import ConfigError
from style.training.network_module import NetworkModule, Schedule
from style.training.trainable import trainable_network

TOP = (1, 5)  # a photo counts as right where its class is among the so many likeliest
AUXILIARY_WEIGHT = 0.3  # of the classifiers in the middle of GoogLeNet and Inception (their papers)


class ClassifierModule(NetworkModule):
    """Trains the network of a registered backbone to tell the classes of photos.

    `classes`: how many the data has. `start_from`: a checkpoint, or a file of published weights,
    that the training begins with. `norms`: whether batch norms are added where the network has
    none; published weights fit it without. `dropout`: the fraction that the network's dropout
    layers leave out; None: as the network has it (SqueezeNet 0.5, which slows a short training).
    `seed`: of dropout; it is seeded at every step, so that a resumed run is bit-equal. `schedule`:
    the fields of `Schedule`.

    Raises ConfigError for a `dropout` outside [0, 1).
    """

    def __init__(
        self,
        backbone: str = "squeezenet1_1",
        *,
        classes: int = 1000,
        start_from: str | None = None,
        label_smoothing: float = 0.1,
        norms: bool = True,
        dropout: float | None = None,
        seed: int = 1,
        **schedule: float,
    ) -> None:
        super().__init__(
            trainable_network(backbone, classes, norms=norms),
            backbone,
            start_from=start_from,
            schedule=Schedule(**schedule),
        )
        self.save_hyperparameters()
        if dropout is not None:
            _set_dropout(self.network, dropout)
        self.classes, self.label_smoothing, self.seed = classes, label_smoothing, seed

    def setup(self, stage: str) -> None:
        """Raises ConfigError where the data has another number of classes."""
        names = getattr(self.trainer.datamodule, "classes", None)  # type: ignore[attr-defined]
        if names is not None and len(names) != self.classes:
            raise ConfigError(
                f"the photos have {len(names)} classes, the network has {self.classes}: give"
                f" --model.init_args.classes={len(names)}"
            )

    def forward(self, images: torch.Tensor) -> Any:
        """Logits (B, classes) of images (B, 3, H, W), sRGB in [0, 1].

        In training of GoogLeNet and Inception a tuple, with the auxiliary logits behind them.
        """
        return self.network(self.normalized(images))

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        images, labels = batch
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            torch.manual_seed(self.seed * 1_000_003 + self.global_step * 1_009 + self.global_rank)
            outputs = self(images)
        logits, *auxiliary = outputs if isinstance(outputs, tuple) else (outputs,)
        loss = self.training_loss(logits, images, labels)
        self.log_dict({"loss": loss, "accuracy": accuracy(logits, labels, 1)}, prog_bar=True)
        extra = [self._loss(output, labels) for output in auxiliary if output is not None]
        return loss + AUXILIARY_WEIGHT * torch.stack(extra).sum() if extra else loss

    def training_loss(
        self, logits: torch.Tensor, _images: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """What a step makes smaller; a subclass may add to it."""
        return self._loss(logits, labels)

    def validation_step(self, batch: Batch, _index: int) -> None:
        images, labels = batch
        logits = self(images).float()
        metrics = {f"val_top{top}": accuracy(logits, labels, top) for top in TOP}
        metrics["val_loss"] = functional.cross_entropy(logits, labels)
        self.log_dict(metrics, prog_bar=True, batch_size=len(labels), sync_dist=True)

    test_step = validation_step

    def _loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        smoothing = self.label_smoothing
        return functional.cross_entropy(logits.float(), labels, label_smoothing=smoothing)


def _set_dropout(network: nn.Module, fraction: float) -> None:
    """In all its dropout layers. Raises ConfigError."""
    if not 0 <= fraction < 1:
        raise ConfigError(f"dropout is {fraction}; allowed: 0 to below 1")
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = fraction


def accuracy(logits: torch.Tensor, labels: torch.Tensor, top: int) -> torch.Tensor:
    """The fraction of labels (B,) that are among the `top` largest logits (B, classes)."""
    likeliest = logits.topk(min(top, logits.shape[1]), dim=1).indices
    return (likeliest == labels[:, None]).any(dim=1).float().mean()
