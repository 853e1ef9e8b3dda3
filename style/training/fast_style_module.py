"""Training of a fast style network: `lightning fit --config style/configs/fast_style.yaml`."""

from __future__ import annotations

from dataclasses import dataclass

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.config.layer_weights import layer_weights
from style.training.learning_rate import scheduled
from style.training.perceptual_loss import PerceptualLoss
from style.training.style_network import StyleNetwork
from style.training.style_pictures import style_picture

Batch = tuple[torch.Tensor, torch.Tensor]

MEAN_OVER = 100  # untouched photos of a style; more = steadier


@dataclass(frozen=True)
class FastStyleSettings:
    """Weights of the losses, and the schedule of Adam.

    The style loss of an untouched photo is 1 in every style, so that all styles count alike. The
    first `reconstruction_steps` train the network to return the photo; without them the content is
    lost. The learning rate rises over the fraction `warmup` of all steps, then falls along a
    cosine.
    """

    content_weight: float = 0.05
    variation_weight: float = 0.5
    reconstruction_steps: float = 150
    learning_rate: float = 2e-3
    warmup: float = 0.03


class FastStyleModule(L.LightningModule):
    """Trains a `StyleNetwork` on the perceptual losses of a backbone.

    `styles`: the picture of each style by name, a file or `drawn` for a style that code draws.
    `style_layers`: as of the engine's configuration. `style_px`: the shorter side that the pictures
    of the styles are scaled to; larger = larger strokes. `seed`: of the order of the styles; each
    comes once before any comes again. `settings` are the fields of `FastStyleSettings`.
    """

    untouched: torch.Tensor
    seen: torch.Tensor

    def __init__(
        self,
        styles: dict[str, str],
        *,
        backbone: str = "vgg16",
        style_layers: str = "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1=0.25",
        content_layer: str = "relu4_1",
        style_px: int = 320,
        seed: int = 1,
        **settings: float,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.settings = FastStyleSettings(**settings)
        self.styles, self.seed = styles, seed
        self.model = StyleNetwork(len(styles)).to(memory_format=torch.channels_last)
        # The mean style loss of the last untouched photos, and how many were seen, by style.
        self.register_buffer("untouched", torch.zeros(len(styles)))
        self.register_buffer("seen", torch.zeros(len(styles)))
        self._loss: PerceptualLoss | None = None

    @property
    def loss(self) -> PerceptualLoss:
        """Made when it is first asked for: it loads the backbone and measures the styles."""
        if self._loss is None:
            options = self.hparams
            self._loss = PerceptualLoss(
                Backbone.load(options["backbone"]).placed(self.device),
                {
                    name: style_picture(name, source, shorter_px=options["style_px"])
                    for name, source in self.styles.items()
                },
                style_layers=layer_weights(options["style_layers"]),
                content_layer=options["content_layer"],
            )
        return self._loss

    def painted(self, photos: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        """Photos (B, 3, H, W) in the styles of numbers (B,)."""
        photos = photos.contiguous(memory_format=torch.channels_last)
        weights = functional.one_hot(styles, len(self.styles)).float()
        result: torch.Tensor = self.model(photos, weights)
        return result

    def training_step(self, batch: Batch, _index: int) -> torch.Tensor:
        photos, _ = batch
        styles = self.styles_of_step(self.global_step, len(photos))
        painted = self.painted(photos, styles)
        if self.global_step < self.settings.reconstruction_steps:
            return functional.mse_loss(painted, photos)
        losses = self.loss(painted, photos, styles)
        self._note_untouched(styles, losses.untouched)
        style = (losses.style / self.untouched[styles]).mean()
        metrics = {"style": style, "content": losses.content, "variation": losses.variation}
        self.log_dict(metrics, prog_bar=True)
        return (
            style
            + self.settings.content_weight * losses.content
            + self.settings.variation_weight * losses.variation
        )

    def validation_step(self, batch: Batch, index: int) -> None:
        """Every photo in one style, the styles in turn."""
        photos, _ = batch
        numbers = torch.arange(len(photos), device=self.device) + index * len(photos)
        styles = numbers % len(self.styles)
        losses = self.loss(self.painted(photos, styles), photos, styles)
        style = losses.style.sum() / losses.untouched.sum()
        metrics = {"val_style": style, "val_content": losses.content}
        self.log_dict(metrics, batch_size=len(photos))

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = torch.optim.Adam(self.model.parameters(), lr=self.settings.learning_rate)
        return scheduled(optimizer, self, warmup=self.settings.warmup)

    def styles_of_step(self, step: int, count: int) -> torch.Tensor:
        """The style of each of the `count` pictures of a step."""
        first = step * count
        numbers = []
        for number in range(first, first + count):
            turn, place = divmod(number, len(self.styles))
            generator = torch.Generator().manual_seed(self.seed * 1_000_003 + turn)
            numbers.append(torch.randperm(len(self.styles), generator=generator)[place])
        return torch.stack(numbers).to(self.device)

    @torch.no_grad()
    def _note_untouched(self, styles: torch.Tensor, losses: torch.Tensor) -> None:
        """Updates the means that the style losses are divided by."""
        for style, loss in zip(styles.tolist(), losses, strict=True):
            self.seen[style] += 1
            share = 1 / self.seen[style].clamp(max=MEAN_OVER)
            self.untouched[style] += (loss - self.untouched[style]) * share
