"""Scores of a painting by a network that did not paint it."""

from __future__ import annotations

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.errors import StyleError
from style.losses.functional import content_loss, gram_loss
from style.losses.statistics import statistics
from style.pictures.files import scaled
from style.pictures.tensors import to_tensor

JUDGE = "vgg16"  # the network that scores; results of its own pictures are marked


class Judge:
    """Scores pictures painted from one content and one style.

    `network`: JUDGE by default. Raises WeightsMissing where its weights are not available,
    StyleError where content and style are the same picture.
    """

    def __init__(
        self, content: Image.Image, style: Image.Image, *, network: Backbone | None = None
    ) -> None:
        self._network = network or Backbone.load(JUDGE)
        facts = self._network.facts
        self._layers = {*facts.style, *facts.content}
        of_content = self._features(content)
        of_style = self._features(scaled(style, max(content.size), enlarge=True))
        self._content_targets = {name: of_content[name] for name in facts.content}
        self._style_targets = {name: statistics(of_style[name]) for name in facts.style}
        self._style_loss_of_content = self._style_loss(of_content)
        self._content_loss_of_style = self._content_loss(self._features(style.resize(content.size)))
        if 0 in (self._style_loss_of_content, self._content_loss_of_style):
            raise StyleError("content and style are the same picture: nothing can be compared")

    def scores(self, picture: Image.Image) -> tuple[float, float]:
        """The style score and the content score of a picture; lower is closer.

        Style: 1 for the content unchanged, 0 for the statistics of the style as painters see it, as
        long as the content and not stretched: another shape would have other statistics. Content: 0
        for the content unchanged, 1 for the style picture stretched into its place.
        """
        features = self._features(picture)
        return (
            self._style_loss(features) / self._style_loss_of_content,
            self._content_loss(features) / self._content_loss_of_style,
        )

    @torch.no_grad()
    def _features(self, picture: Image.Image) -> dict[str, torch.Tensor]:
        features: dict[str, torch.Tensor] = self._network(
            to_tensor(picture.convert("RGB")), self._layers
        )
        return features

    def _style_loss(self, features: dict[str, torch.Tensor]) -> float:
        losses = [
            gram_loss(statistics(features[name]), target)
            for name, target in self._style_targets.items()
        ]
        return float(torch.stack(losses).mean())

    def _content_loss(self, features: dict[str, torch.Tensor]) -> float:
        losses = [
            content_loss(features[name], target) for name, target in self._content_targets.items()
        ]
        return float(torch.stack(losses).mean())
