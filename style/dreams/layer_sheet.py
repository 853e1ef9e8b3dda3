"""The layers of a backbone, and a sheet of pictures that their channels respond to.

The picture of a channel is the one that makes it most active, found by dreaming in noise
(activation maximisation: Erhan et al. 2009; Olah et al., "Feature Visualization", 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from style.backbones.backbone import Backbone
from style.backbones.registry import unsmoothed
from style.config.dream import DreamConfig
from style.dreams.dream import dream
from style.dreams.objectives import channel
from style.errors import UnknownBackbone

PROBE_PX = 224  # side of the picture for which the sizes of feature maps are given
GAP_PX, CAPTION_PX = 4, 20  # between pictures; above each row
NOISE_STD = 0.1  # of the grey noise in which a dream begins, of white


@dataclass(frozen=True)
class LayerFacts:
    """A layer and the shape (C, h, w) of its features for a PROBE_PX by PROBE_PX picture.

    Where the backbone needs a larger picture, it is the shape for its least size.
    """

    name: str
    channels: int
    height: int
    width: int


def layers_of(backbone: Backbone) -> tuple[LayerFacts, ...]:
    """The layers with feature maps, from input to output; the weights do not matter."""
    side = max(PROBE_PX, backbone.facts.least_px)
    with torch.no_grad():
        features = backbone(torch.zeros(1, 3, side, side), backbone.layer_names())
    return tuple(
        LayerFacts(name, *map(int, one.shape[1:]))
        for name, one in features.items()
        if one.dim() == 4
    )


def layer_sheet(
    backbone: Backbone,
    layers: Sequence[str] = (),
    *,
    channels: int = 6,
    size: int = 96,
    steps: int = 24,
    seed: int = 0,
    device: str = "auto",
    on_picture: Callable[[str, int], None] | None = None,
) -> Image.Image:
    """A row for each layer, with pictures of `channels` channels, evenly spaced in the layer.

    `layers`: by default those that style, content and dream use. `size`: side of each picture in
    pixels, at least what the backbone needs. `steps`: at each of three octaves. `on_picture` is
    called with the layer and the channel before each picture. A channel that nothing in its noise
    wakes is labelled "asleep"; its picture is that noise. Raises UnknownBackbone for a layer
    without feature maps, and ConfigError.
    """
    rows = _chosen_layers(backbone, layers)
    config = DreamConfig(
        backbone=backbone.facts.name, size=max(size, backbone.facts.least_px), octaves=3,
        steps=steps, step_size=0.02, jitter_px=8, seed=seed, device=device,
    )  # fmt: skip
    sheet = _Sheet(len(rows), channels, config.size)
    for row, layer in enumerate(rows):
        shape = f"{layer.channels} channels, {layer.height} by {layer.width} of {PROBE_PX} px"
        sheet.add_caption(row, f"{layer.name}: {shape}")
        for column in range(min(channels, layer.channels)):
            index = column * layer.channels // channels
            if on_picture:
                on_picture(layer.name, index)
            noise, objective = _grey_noise(config.size, seed), channel(layer.name, index)
            result = dream(noise, config, objective=objective, backbone=backbone)
            label = str(index) if result.report["woken"] else f"{index}: asleep"
            sheet.add_picture(row, column, result.image, label)
    return sheet.image


class _Sheet:
    """Rows of square pictures, each row below its caption."""

    def __init__(self, rows: int, columns: int, size_px: int) -> None:
        self._size = size_px
        self._width, self._height = size_px + GAP_PX, size_px + CAPTION_PX + GAP_PX
        self.image = Image.new("RGB", (columns * self._width, rows * self._height), "white")
        self._draw, self._font = ImageDraw.Draw(self.image), ImageFont.load_default(13)

    def add_caption(self, row: int, text: str) -> None:
        self._draw.text((2, row * self._height + 2), text, "black", self._font)

    def add_picture(self, row: int, column: int, picture: Image.Image, label: str) -> None:
        """Pastes a picture and writes its label into its lower left corner."""
        x, y = column * self._width, row * self._height + CAPTION_PX
        self.image.paste(picture, (x, y))
        corner = x + 3, y + self._size - 15
        self._draw.text(corner, label, "white", self._font, stroke_width=2, stroke_fill="black")


def _chosen_layers(backbone: Backbone, names: Sequence[str]) -> list[LayerFacts]:
    """The layers of these names, else those that the backbone's style, content and dream use."""
    layers, facts = {layer.name: layer for layer in layers_of(backbone)}, backbone.facts
    if missing := next((name for name in names if name not in layers), None):
        raise UnknownBackbone(
            f"{facts.name} has no layer {missing!r} with feature maps; it has {', '.join(layers)}"
        )
    default = map(unsmoothed, (*facts.style, *facts.content, facts.dream))
    return [layers[name] for name in names or dict.fromkeys(default)]


def _grey_noise(side: int, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0.5, NOISE_STD, (side, side, 3))
    return Image.fromarray((noise.clip(0, 1) * 255).astype(np.uint8))
