"""What the trainings of feed-forward painting have in common: the losses and the schedule."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import nn
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.config.layer_weights import layer_weights
from style.training.learning_rate import scheduled
from style.training.perceptual_loss import Losses, PerceptualLoss, Targets

Batch = tuple[torch.Tensor, torch.Tensor]

MODEL = "model."  # what the names of the network's tensors begin with in a checkpoint


@dataclass(frozen=True)
class PaintingSettings:
    """Weights of the losses, and the schedule of Adam.

    The style loss of an untouched photo is 1 in every style, and the content loss of the style in
    the photo's place, so that all styles count alike. The first `reconstruction_steps` train the
    network to return the photo; without them the content is lost. The learning rate rises over the
    fraction `warmup` of all steps, then falls along a cosine.
    """

    content_weight: float = 0.6
    variation_weight: float = 0.5
    reconstruction_steps: float = 150
    learning_rate: float = 2e-3
    warmup: float = 0.03


class PaintingModule(L.LightningModule):
    """Trains a network that paints photos in styles, on the perceptual losses of a backbone.

    A subclass says what the styles of a batch are: a tensor with a row for each photo.
    `style_layers`: as of the engine's configuration. `settings` are the fields of
    `PaintingSettings`.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        backbone: str = "vgg16",
        style_layers: str = "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1",
        content_layer: str = "relu4_2",
        **settings: float,
    ) -> None:
        super().__init__()
        self.settings = PaintingSettings(**settings)
        self.model = model.to(memory_format=torch.channels_last)
        self._backbone = backbone
        self._layers = layer_weights(style_layers), content_layer
        self._loss: PerceptualLoss | None = None

    @property
    def loss(self) -> PerceptualLoss:
        """Made when it is first asked for: it loads the backbone."""
        if self._loss is None:
            style_layers, content_layer = self._layers
            self._loss = PerceptualLoss(
                Backbone.load(self._backbone).placed(self.device),
                style_layers=style_layers,
                content_layer=content_layer,
            )
        return self._loss

    @abstractmethod
    def painted(self, photos: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        """Photos (B, 3, H, W) in styles (B, ...)."""

    @abstractmethod
    def training_styles(self, batch: Batch) -> torch.Tensor:
        """The styles of a batch in training."""

    @abstractmethod
    def validation_styles(self, batch: Batch, index: int) -> torch.Tensor:
        """The styles of a batch in validation."""

    @abstractmethod
    def shown_styles(self, batch: Batch) -> torch.Tensor:
        """The styles that a sheet shows."""

    @abstractmethod
    def targets(self, styles: torch.Tensor) -> Sequence[Targets]:
        """What the style losses of painted photos are measured against."""

    @abstractmethod
    def untouched(self, styles: torch.Tensor, losses: Losses) -> torch.Tensor:
        """What the style losses (B,) are divided by: those of untouched photos."""

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        photos, styles = batch[0], self.training_styles(batch)
        painted = self.painted(photos, styles)
        if self.global_step < self.settings.reconstruction_steps:
            return functional.mse_loss(painted, photos)
        losses = self.loss(painted, photos, self.targets(styles))
        style = (losses.style / self.untouched(styles, losses)).mean()
        content = losses.content.mean()
        metrics = {"style": style, "content": content, "variation": losses.variation}
        self.log_dict(metrics, prog_bar=True)
        return (
            style
            + self.settings.content_weight * content
            + self.settings.variation_weight * losses.variation
        )

    def validation_step(self, batch: Batch, index: int) -> None:
        """Every photo in one style."""
        photos, styles = batch[0], self.validation_styles(batch, index)
        losses = self.loss(self.painted(photos, styles), photos, self.targets(styles))
        style = losses.style.sum() / losses.untouched.sum()
        metrics = {"val_style": style, "val_content": losses.content.mean()}
        self.log_dict(metrics, batch_size=len(photos))

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = torch.optim.Adam(self.model.parameters(), lr=self.settings.learning_rate)
        return scheduled(optimizer, self, warmup=self.settings.warmup)
