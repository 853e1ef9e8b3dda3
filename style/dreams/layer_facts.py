"""The layers of a backbone, and which channels of them a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from style.backbones.backbone import Backbone
from style.backbones.layer_channels import channel_fault
from style.backbones.registry import unsmoothed
from style.config.objective_grammar import ParsedTerm, parse_objective
from style.errors import ConfigError, UnknownBackbone

PROBE_PX = 224  # side of the picture for which the sizes of feature maps are given


@dataclass(frozen=True)
class LayerFacts:
    """A layer and the shape (C, h, w) of its features for a PROBE_PX by PROBE_PX picture.

    Where the backbone needs a larger picture, it is the shape for its least size.
    """

    name: str
    channels: int
    height: int
    width: int


@dataclass(frozen=True)
class ChosenChannels:
    """Some channels of a layer, by their numbers."""

    layer: LayerFacts
    indexes: tuple[int, ...]


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


def chosen_channels(
    backbone: Backbone, written: Sequence[str] = (), *, count: int
) -> list[ChosenChannels]:
    """The channels that texts such as `relu5_1` or `relu5_1:20,33` choose, in their order.

    A layer alone stands for `count` of its channels, evenly spaced; no text for the layers that the
    backbone's style, content and dream use. Raises UnknownBackbone for a layer without feature
    maps, and ConfigError for a channel that a layer does not have and any other text.
    """
    layers, facts = {layer.name: layer for layer in layers_of(backbone)}, backbone.facts
    default = map(unsmoothed, (*facts.style, *facts.content, facts.dream))
    chosen = []
    for term in map(_parsed, written or dict.fromkeys(default)):
        if term.layer not in layers:
            raise UnknownBackbone(
                f"{facts.name} has no layer {term.layer!r} with feature maps; it has"
                f" {', '.join(layers)}"
            )
        layer = layers[term.layer]
        for index in term.channels:
            if fault := channel_fault(layer.name, layer.channels, index):
                raise ConfigError(fault)
        shown = min(count, layer.channels)
        spaced = tuple(number * layer.channels // shown for number in range(shown))
        chosen.append(ChosenChannels(layer, term.channels or spaced))
    return chosen


def _parsed(text: str) -> ParsedTerm:
    """The layer and the channels of a text."""
    try:
        (term,) = parse_objective(text)
    except (ConfigError, ValueError):
        term = ParsedTerm(0.0)
    if term != ParsedTerm(1.0, term.layer, term.channels) or not term.layer:
        raise ConfigError(
            f"layer {text!r} is not understood; allowed: LAYER, or LAYER:CHANNEL,CHANNEL such as"
            " relu5_1:20,33"
        )
    return term
