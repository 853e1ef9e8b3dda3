"""How good a painting is, by a network that did not paint it."""

from __future__ import annotations

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.losses.functional import content_loss, gram_loss
from style.losses.statistics import statistics
from style.pictures.tensors import to_tensor

JUDGE = "vgg16"  # the network that measures; its own pictures are marked


class Judge:
    """Measures pictures of one content and one style by a network that did not paint them."""

    def __init__(
        self, content: Image.Image, style: Image.Image, *, network: Backbone | None = None
    ) -> None:
        self._network = network or Backbone.load(JUDGE)
        facts = self._network.facts
        self._layers = {*facts.style, *facts.content}
        kept, taken = self._features(content), self._features(style.resize(content.size))
        self._content = {name: kept[name] for name in facts.content}
        self._styles = {name: statistics(taken[name]) for name in facts.style}
        self._untouched = self._style(kept)
        self._replaced = self._apart(taken)

    def scores(self, picture: Image.Image) -> tuple[float, float]:
        """Style and content of a picture.

        Style: 1 for the content untouched, 0 for the style's own statistics; content: 0 for the
        content untouched, 1 for the style picture in its place.
        """
        found = self._features(picture)
        return self._style(found) / self._untouched, self._apart(found) / self._replaced

    @torch.no_grad()
    def _features(self, picture: Image.Image) -> dict[str, torch.Tensor]:
        features: dict[str, torch.Tensor] = self._network(
            to_tensor(picture.convert("RGB")), self._layers
        )
        return features

    def _style(self, found: dict[str, torch.Tensor]) -> float:
        losses = [gram_loss(statistics(found[n]), wanted) for n, wanted in self._styles.items()]
        return float(torch.stack(losses).mean())

    def _apart(self, found: dict[str, torch.Tensor]) -> float:
        losses = [content_loss(found[name], kept) for name, kept in self._content.items()]
        return float(torch.stack(losses).mean())
