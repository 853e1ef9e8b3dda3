"""Training of a fast style network: `lightning fit --config style/configs/fast_style.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from style.errors import WeightsMissing
from style.pictures.tensors import to_tensor
from style.training.exported_network import exported_network
from style.training.painting_module import Batch, PaintingModule
from style.training.perceptual_loss import Losses, Targets
from style.training.style_network import StyleNetwork
from style.training.style_pictures import style_picture

MEAN_OVER = 100  # untouched photos of a style; more = steadier


class FastStyleModule(PaintingModule):
    """Trains a `StyleNetwork`. In a batch a style is its number.

    `styles`: the picture of each style by name, a file or `drawn` for a style that code draws.
    `style_px`: the shorter side that the pictures of the styles are scaled to; larger = larger
    strokes. `seed`: of the order of the styles; each comes once before any comes again.
    `start_from`: a folder with an exported network of as many styles, where the training begins.
    `options` are those of `PaintingModule`. Raises WeightsMissing where the folder has none.
    """

    untouched_means: torch.Tensor
    seen: torch.Tensor

    def __init__(
        self,
        styles: dict[str, str],
        *,
        style_px: int = 320,
        seed: int = 1,
        start_from: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(_network(len(styles), start_from), **options)
        self.save_hyperparameters()
        self.styles, self.style_px, self.seed = styles, style_px, seed
        # The mean style loss of the last untouched photos, and how many were seen, by style.
        self.register_buffer("untouched_means", torch.zeros(len(styles)))
        self.register_buffer("seen", torch.zeros(len(styles)))
        self._targets: list[Targets] = []

    def painted(self, photos: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        photos = photos.contiguous(memory_format=torch.channels_last)
        weights = functional.one_hot(styles, len(self.styles)).float()
        result: torch.Tensor = self.model(photos, weights)
        return result

    def training_styles(self, batch: Batch) -> torch.Tensor:
        return self.styles_of_step(self.global_step, len(batch[0]))

    def validation_styles(self, batch: Batch, index: int) -> torch.Tensor:
        """The styles in turn."""
        count = len(batch[0])
        numbers = torch.arange(count, device=self.device) + index * count
        return numbers % len(self.styles)

    def shown_styles(self, batch: Batch) -> torch.Tensor:
        """All."""
        return torch.arange(len(self.styles), device=self.device)

    def targets(self, styles: torch.Tensor) -> Sequence[Targets]:
        """The pictures of all styles are measured when these are first asked for."""
        if not self._targets:
            for name, source in self.styles.items():
                picture = to_tensor(style_picture(name, source, shorter_px=self.style_px))
                self._targets += self.loss.targets(picture.to(self.device))
        return [self._targets[style] for style in styles.tolist()]

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
    def untouched(self, styles: torch.Tensor, losses: Losses) -> torch.Tensor:
        """The means of each style, which these losses are first added to."""
        for style, loss in zip(styles.tolist(), losses.untouched, strict=True):
            self.seen[style] += 1
            share = 1 / self.seen[style].clamp(max=MEAN_OVER)
            self.untouched_means[style] += (loss - self.untouched_means[style]) * share
        return self.untouched_means[styles]


def _network(styles: int, start_from: str | None) -> StyleNetwork:
    if not start_from:
        return StyleNetwork(styles)
    network = exported_network(Path(start_from))
    if network.styles != styles:
        raise WeightsMissing(
            f"start_from: {start_from} has {network.styles} styles, and the configuration {styles}"
        )
    return network
