"""The losses of painted pictures against their photos and styles, in the features of a backbone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.losses.functional import content_loss, gram_loss, variation_loss
from style.losses.statistics import Statistics, statistics
from style.pictures.tensors import to_tensor

Features = Mapping[str, torch.Tensor]


class Losses(NamedTuple):
    """Of a batch of B painted pictures.

    `style` (B,): against the style of each; `untouched` (B,): the same of the photos, without a
    gradient. `content` and `variation` are means over the batch.
    """

    style: torch.Tensor
    untouched: torch.Tensor
    content: torch.Tensor
    variation: torch.Tensor


class PerceptualLoss:
    """Perceptual losses (Johnson et al., arXiv 1603.08155), as relative as those of the engine.

    `pictures`: of the styles; their Gram matrices are measured once. `style_layers`: weights of
    layers that sum to 1. It is no Module: the backbone is not trained, and no part of a checkpoint.
    """

    def __init__(
        self,
        backbone: Backbone,
        pictures: Mapping[str, Image.Image],
        *,
        style_layers: Mapping[str, float],
        content_layer: str,
    ) -> None:
        self.backbone, self.style_layers = backbone, style_layers
        self.content_layer = content_layer
        self._targets = [self._statistics(picture) for picture in pictures.values()]

    def __call__(self, painted: torch.Tensor, photos: torch.Tensor, styles: torch.Tensor) -> Losses:
        """`painted`, `photos`: (B, 3, H, W), sRGB in [0, 1]; `styles` (B,): their numbers."""
        layers = {*self.style_layers, self.content_layer}
        with torch.no_grad():
            of_photos = self.backbone(photos, layers)
        features = self.backbone(painted.contiguous(memory_format=torch.channels_last), layers)
        numbered = list(enumerate(styles.tolist()))
        return Losses(
            torch.stack([self._style(features, *pair) for pair in numbered]),
            torch.stack([self._style(of_photos, *pair) for pair in numbered]),
            content_loss(features[self.content_layer], of_photos[self.content_layer]),
            variation_loss(painted),
        )

    @torch.no_grad()
    def _statistics(self, picture: Image.Image) -> dict[str, Statistics]:
        image = to_tensor(picture).to(self.backbone.mean.device)
        features = self.backbone(image, set(self.style_layers))
        return {layer: statistics(features[layer]) for layer in self.style_layers}

    def _style(self, features: Features, number: int, style: int) -> torch.Tensor:
        """Of one picture of a batch, against one style."""
        targets = self._targets[style]
        losses = [
            weight * gram_loss(statistics(features[layer][number : number + 1]), targets[layer])
            for layer, weight in self.style_layers.items()
        ]
        return torch.stack(losses).sum()
