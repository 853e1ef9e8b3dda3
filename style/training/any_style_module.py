"""Training of a network for any style: `lightning fit --config style/configs/any_style.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from style.training.any_style_network import AnyStyleNetwork
from style.training.exported_network import exported_network
from style.training.painting_module import Batch, PaintingModule
from style.training.perceptual_loss import Losses, Targets

LEAST_UNTOUCHED = 0.1  # photos that are closer to their style than this count less


class AnyStyleModule(PaintingModule):
    """Trains an `AnyStyleNetwork`. In a batch of `StyledPhotoDataModule` a style is its picture.

    `start_from`: a folder with an exported fast style network, whose convolutions are where the
    training begins. `options` are those of `PaintingModule`. Raises WeightsMissing where the folder
    has no such network.
    """

    def __init__(self, *, start_from: str | None = None, **options: Any) -> None:
        start = exported_network(Path(start_from)) if start_from else None
        super().__init__(AnyStyleNetwork(start), **options)
        self.save_hyperparameters()

    def painted(self, photos: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        images = [one.contiguous(memory_format=torch.channels_last) for one in (photos, styles)]
        result: torch.Tensor = self.model(*images)
        return result

    def training_styles(self, batch: Batch) -> torch.Tensor:
        return batch[1]

    def validation_styles(self, batch: Batch, index: int) -> torch.Tensor:
        return batch[1]

    def shown_styles(self, batch: Batch) -> torch.Tensor:
        return batch[1]

    def targets(self, styles: torch.Tensor) -> Sequence[Targets]:
        return self.loss.targets(styles.contiguous(memory_format=torch.channels_last))

    def untouched(self, styles: torch.Tensor, losses: Losses) -> torch.Tensor:
        return losses.untouched.clamp(min=LEAST_UNTOUCHED)
