"""Training on a teacher's features: `lightning fit` with squeezenet_distilled.yaml."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from data.training.batch_loader import Batch
from style.backbones.backbone import Backbone
from style.losses.functional import content_loss, gram_loss
from style.losses.statistics import statistics
from style.training.network_module import NetworkModule, Schedule
from style.training.trainable import trainable_layers

Features = dict[str, torch.Tensor]
LEAST_SIDE = 64  # of the random picture that tells how many channels each layer has


class DistillationModule(NetworkModule):
    """Trains the first layers of a backbone to have a teacher's features (arXiv 1412.6550).

    `layers`: for each layer of the network one of the teacher. Where both have as many channels
    they are compared one by one, so that their Gram matrices become alike; else through a linear
    projection, which is trained and never published. The larger map is averaged down to the
    smaller. The teacher's features of each layer are divided by their root mean square in the first
    batch: the engine's losses are relative, so the scale of a layer means nothing, and features of
    the scale that batch norms give are learned sooner. A layer's loss is relative as well: 0 for
    equal features, 1 for none. `gram_weight`: of the relative difference of their Gram matrices.
    `noise`: every second photo of a batch gets noise of up to this standard deviation, as a
    painting has on the way. `start_from`: a checkpoint to begin with. `schedule`: the fields of
    `Schedule`.
    """

    scales: torch.Tensor

    def __init__(
        self,
        layers: dict[str, str],
        *,
        backbone: str = "squeezenet1_1",
        teacher: str = "squeezenet1_0",
        gram_weight: float = 0.3,
        noise: float = 0.2,
        start_from: str | None = None,
        seed: int = 1,
        **schedule: float,
    ) -> None:
        super().__init__(
            trainable_layers(backbone, list(layers)),
            backbone,
            start_from=start_from,
            schedule=Schedule(**schedule),
        )
        self.save_hyperparameters()
        self.layers, self.gram_weight = layers, gram_weight
        self.noise, self.seed = noise, seed
        self.projections = self._projections(Backbone(teacher))
        self.register_buffer("scales", torch.zeros(len(layers)))  # of the teacher's; 0: unknown

    def optimizer(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """AdamW, which learns features in fewer steps than SGD."""
        return torch.optim.AdamW(groups, lr=self.schedule.learning_rate)

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        images = self._with_noise(batch[0])
        losses = self._losses(images)
        self.log_dict(losses)
        loss = torch.stack(list(losses.values())).sum() / len(self.layers)
        self.log("loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        losses = {f"val_{name}": loss for name, loss in self._losses(batch[0]).items()}
        losses["val_loss"] = torch.stack(list(losses.values())).sum() / len(self.layers)
        self.log_dict(losses, batch_size=len(batch[0]), sync_dist=True)

    def _losses(self, images: torch.Tensor) -> Features:
        """By layer, and with `gram_` before its name for its Gram matrices; weighted."""
        with torch.no_grad():
            targets = self.teacher(images, set(self.layers.values()))
        features: Features = self.network(self.normalized(images))
        losses: Features = {}
        for number, (layer, teachers) in enumerate(self.layers.items()):
            target = targets[teachers].float()
            if not self.scales[number]:
                self.scales[number] = target.square().mean().sqrt()
            own = self.projections[number](features[layer]).float()
            own, target = _of_one_size(own, target / self.scales[number])
            losses[layer] = content_loss(own, target)
            if self.gram_weight:
                losses[f"gram_{layer}"] = self.gram_weight * _gram_loss(own, target)
        return losses

    def _with_noise(self, images: torch.Tensor) -> torch.Tensor:
        """Random by the step alone, so that a resumed run is bit-equal."""
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.global_step)
        strength = self.noise * torch.rand(len(images), 1, 1, 1, generator=generator)
        strength[::2] = 0
        noise = torch.randn(images.shape, generator=generator)
        return (images + (strength * noise).to(images)).clamp(0, 1)

    @torch.no_grad()
    def _projections(self, teacher: Backbone) -> nn.ModuleList:
        """For each layer a 1 x 1 convolution, or nothing where the channels are as many."""
        picture = torch.rand(2, 3, LEAST_SIDE, LEAST_SIDE)
        own, its = self.network(picture), teacher(picture, set(self.layers.values()))
        return nn.ModuleList(
            nn.Identity() if a == b else nn.Conv2d(a, b, 1)
            for a, b in (
                (own[layer].shape[1], its[name].shape[1]) for layer, name in self.layers.items()
            )
        )


def _gram_loss(own: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean over the pictures of a batch."""
    pairs = zip(own, target, strict=True)
    losses = [gram_loss(statistics(a[None]), statistics(b[None])) for a, b in pairs]
    return torch.stack(losses).mean()


def _of_one_size(one: torch.Tensor, other: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Two feature maps (B, C, h, w), the larger averaged down to the size of the smaller."""
    size = (min(one.shape[2], other.shape[2]), min(one.shape[3], other.shape[3]))
    return functional.adaptive_avg_pool2d(one, size), functional.adaptive_avg_pool2d(other, size)
