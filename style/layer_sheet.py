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

from style.backbone import Backbone
from style.dream_config import DreamConfig
from style.dreaming import dream
from style.errors import UnknownBackbone
from style.objectives import channel
from style.registry import unsmoothed

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
    facts = {layer.name: layer for layer in layers_of(backbone)}
    own = backbone.facts
    wanted = layers or tuple(dict.fromkeys(map(unsmoothed, (*own.style, *own.content, own.dream))))
    for name in wanted:
        if name not in facts:
            raise UnknownBackbone(
                f"{own.name} has no layer {name!r} with channels; it has {', '.join(facts)}"
            )
    config = DreamConfig(
        backbone=own.name, size=max(size, own.least_px), octaves=3, steps=steps, step_size=0.02,
        jitter_px=8, seed=seed, device=device,
    )  # fmt: skip
    side = config.size
    row = side + NAME_PX + GAP_PX
    sheet = Image.new("RGB", (channels * (side + GAP_PX), len(wanted) * row), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for line, name in enumerate(wanted):
        count = facts[name].channels
        chosen = [index * count // channels for index in range(min(channels, count))]
        shape = f"{count} channels, {facts[name].height} by {facts[name].width} of {SEEN_PX} px"
        draw.text((2, line * row + 2), f"{name}: {shape}", "black", font)
        for place, index in enumerate(chosen):
            if on_picture:
                on_picture(name, index)
            seen = dream(
                _grey(side, seed), config, objective=channel(name, index), backbone=backbone
            ).image
            at = (place * (side + GAP_PX), line * row + NAME_PX)
            sheet.paste(seen, at)
            label, below = str(index), (at[0] + 3, at[1] + side - 15)
            draw.text(below, label, "white", font, stroke_width=2, stroke_fill="black")
    return sheet


def _grey(side: int, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0.5, NOISE, (side, side, 3))
    return Image.fromarray((noise.clip(0, 1) * 255).astype(np.uint8))
