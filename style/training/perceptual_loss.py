"""The losses of painted pictures against their photos and styles, in the features of a backbone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch

from style.backbones.backbone import Backbone
from style.losses.functional import content_loss, gram_loss, variation_loss
from style.losses.statistics import Statistics, statistics

Features = Mapping[str, torch.Tensor]
Targets = Mapping[str, Statistics]  # of one style, by layer


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

    `style_layers`: weights of layers that sum to 1. It is no Module: the backbone is not trained,
    and no part of a checkpoint.
    """

    def __init__(
        self, backbone: Backbone, *, style_layers: Mapping[str, float], content_layer: str
    ) -> None:
        self.backbone, self.style_layers = backbone, style_layers
        self.content_layer = content_layer

    def __call__(
        self, painted: torch.Tensor, photos: torch.Tensor, targets: Sequence[Targets]
    ) -> Losses:
        """`painted`, `photos`: (B, 3, H, W), sRGB in [0, 1]; `targets`: the style of each."""
        layers = {*self.style_layers, self.content_layer}
        with torch.no_grad():
            of_photos = self.backbone(photos, layers)
        features = self.backbone(painted.contiguous(memory_format=torch.channels_last), layers)
        numbered = list(enumerate(targets))
        return Losses(
            torch.stack([self._style(features, *pair) for pair in numbered]),
            torch.stack([self._style(of_photos, *pair) for pair in numbered]),
            content_loss(features[self.content_layer], of_photos[self.content_layer]),
            variation_loss(painted),
        )

    @torch.no_grad()
    def targets(self, pictures: torch.Tensor) -> list[Targets]:
        """What the styles of pictures (B, 3, H, W), sRGB in [0, 1], are known by."""
        features = self.backbone(pictures, set(self.style_layers))
        return [self._statistics(features, number) for number in range(len(pictures))]

    def _statistics(self, features: Features, number: int) -> dict[str, Statistics]:
        """Of one picture of a batch, by layer."""
        return {
            layer: statistics(features[layer][number : number + 1]) for layer in self.style_layers
        }

    def _style(self, features: Features, number: int, targets: Targets) -> torch.Tensor:
        """Of one picture of a batch, against one style."""
        found = self._statistics(features, number)
        losses = [
            weight * gram_loss(found[layer], targets[layer])
            for layer, weight in self.style_layers.items()
        ]
        return torch.stack(losses).sum()
