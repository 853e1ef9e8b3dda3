"""What a backbone's layers are, and a picture of what their channels see.

A channel is shown by the picture that makes it most active, found by dreaming in noise (activation
maximisation: Erhan et al. 2009; Olah et al., "Feature Visualization", 2017).
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

SEEN_PX = 224  # side of the picture that shapes are told for
GAP_PX, NAME_PX = 4, 20
NOISE = 0.1  # standard deviation of the grey that dreams begin in


@dataclass(frozen=True)
class LayerFacts:
    """A layer and its features (C, h, w) of a picture of SEEN_PX by SEEN_PX."""

    name: str
    channels: int
    height: int
    width: int


def layers_of(backbone: Backbone) -> tuple[LayerFacts, ...]:
    """The layers that give maps of features, from the picture down; weights do not matter."""
    side = max(SEEN_PX, backbone.facts.least_px)
    with torch.no_grad():
        found = backbone(torch.zeros(1, 3, side, side), backbone.network.layer_names())
    return tuple(
        LayerFacts(name, *map(int, features.shape[1:]))
        for name, features in found.items()
        if features.dim() == 4
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
    """A row for each layer, by default those of style, content and dream, a picture a channel.

    The channels are spread evenly over the layer's. `on_picture` is told layer and channel before
    each. Raises UnknownBackbone for a layer without channels, ConfigError.
    """
    chosen = _chosen(backbone, layers)
    config = DreamConfig(
        backbone=backbone.facts.name, size=max(size, backbone.facts.least_px), octaves=3,
        steps=steps, step_size=0.02, jitter_px=8, seed=seed, device=device,
    )  # fmt: skip
    cell, row = config.size + GAP_PX, config.size + NAME_PX + GAP_PX
    sheet = Image.new("RGB", (channels * cell, len(chosen) * row), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for line, layer in enumerate(chosen):
        shape = f"{layer.channels} channels, {layer.height} by {layer.width} of {SEEN_PX} px"
        draw.text((2, line * row + 2), f"{layer.name}: {shape}", "black", font)
        for place in range(min(channels, layer.channels)):
            index = place * layer.channels // channels
            if on_picture:
                on_picture(layer.name, index)
            wanted = channel(layer.name, index)
            seen = dream(_grey(config.size, seed), config, objective=wanted, backbone=backbone)
            x, y = place * cell, line * row + NAME_PX
            sheet.paste(seen.image, (x, y))
            below = x + 3, y + config.size - 15
            draw.text(below, str(index), "white", font, stroke_width=2, stroke_fill="black")
    return sheet


def _chosen(backbone: Backbone, names: Sequence[str]) -> list[LayerFacts]:
    """The layers of these names, else those of the backbone's style, content and dream."""
    facts, own = {layer.name: layer for layer in layers_of(backbone)}, backbone.facts
    if missing := next((name for name in names if name not in facts), None):
        raise UnknownBackbone(
            f"{own.name} has no layer {missing!r} with channels; it has {', '.join(facts)}"
        )
    default = map(unsmoothed, (*own.style, *own.content, own.dream))
    return [facts[name] for name in names or dict.fromkeys(default)]


def _grey(side: int, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0.5, NOISE, (side, side, 3))
    return Image.fromarray((noise.clip(0, 1) * 255).astype(np.uint8))
