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
    gradient. `content` (B,): 0 for the photo, 1 for the style in its place, as the judges of
    paintings measure it (`style.comparison.judge`). `variation` is a mean over the batch.
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
            torch.stack([self._content(features, of_photos, *pair) for pair in numbered]),
            variation_loss(painted),
        )

    @torch.no_grad()
    def targets(self, pictures: torch.Tensor) -> list[Targets]:
        """What the styles of pictures (B, 3, H, W), sRGB in [0, 1], are known by."""
        layers = {*self.style_layers, self.content_layer}
        features = self.backbone(pictures, layers)
        return [
            {layer: _statistics(features, number, layer) for layer in layers}
            for number in range(len(pictures))
        ]

    def _style(self, features: Features, number: int, targets: Targets) -> torch.Tensor:
        """Of one picture of a batch, against one style."""
        losses = [
            weight * gram_loss(_statistics(features, number, layer), targets[layer])
            for layer, weight in self.style_layers.items()
        ]
        return torch.stack(losses).sum()

    def _content(
        self, features: Features, of_photos: Features, number: int, targets: Targets
    ) -> torch.Tensor:
        """Of one picture of a batch; the style in the place means: any of its positions in any."""
        layer = self.content_layer
        photo, style = _statistics(of_photos, number, layer), targets[layer]
        own, in_its_place = photo.gram.trace(), style.gram.trace() - 2 * photo.mean @ style.mean
        one = slice(number, number + 1)
        loss = content_loss(features[layer][one], of_photos[layer][one])
        return loss * own / (own + in_its_place)


def _statistics(features: Features, number: int, layer: str) -> Statistics:
    """Of one picture of a batch."""
    return statistics(features[layer][number : number + 1])
