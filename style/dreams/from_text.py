"""Objectives of a network from the written form that `config.objective_grammar` describes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from style.backbones.backbone import Backbone
from style.backbones.class_names import class_index, class_names
from style.backbones.imagenet_classes import logits_layer
from style.backbones.least_side import least_side
from style.config.objective_grammar import ParsedTerm, parse_objective
from style.config.objective_settings import ObjectiveConfig
from style.dreams.objectives import Objective, channels, guide, layer, neuron
from style.errors import ConfigError, PictureError


def objective_of(
    text: str, network: Backbone, *, guide_picture: torch.Tensor | None = None
) -> Objective:
    """The objective that a text describes.

    `guide_picture`: (1, 3, H, W), sRGB in [0, 1]. Raises ConfigError where the text cannot be
    parsed, a class or a channel is unknown, or a term needs a guide picture and there is none.
    """
    return _sum_of(parse_objective(text), network, guide_picture)


def configured_objective(
    config: ObjectiveConfig, network: Backbone, *, guide_picture: torch.Tensor | None = None
) -> Objective:
    """The objective that a configuration and a guide picture ask for.

    `guide_picture`: (1, 3, H, W), sRGB in [0, 1]. Raises ConfigError as `objective_of` does, and
    where the configuration does not use the guide picture.
    """
    terms = config.terms(network.facts.dream, has_guide=guide_picture is not None)
    return _sum_of(terms, network, guide_picture)


def _sum_of(
    written: Sequence[ParsedTerm], network: Backbone, guide_picture: torch.Tensor | None
) -> Objective:
    parts = [one.weight * _objective_of_term(one, network, guide_picture) for one in written]
    objective = Objective(tuple(term for part in parts for term in part.terms))
    _check_channels(objective, network)
    return objective


@torch.no_grad()
def _check_channels(objective: Objective, network: Backbone) -> None:
    """Tries it on a small picture. Raises ConfigError for a channel that a layer does not have."""
    side = network.facts.least_px
    objective.value(network(network.mean.new_zeros(1, 3, side, side), objective.layers))


def _objective_of_term(
    term: ParsedTerm, network: Backbone, guide_picture: torch.Tensor | None
) -> Objective:
    """The objective of one term, without its weight."""
    if term.label:
        index = class_index(term.label)
        name = class_names()[index]
        quote = '"' if "'" in name else "'"
        return channels(logits_layer(network), [index]).called(f"class:{quote}{name}{quote}")
    if term.is_guide:
        if guide_picture is None:
            raise ConfigError(f"{term.layer}:guide needs a guide picture (--guide PICTURE)")
        return guide(term.layer, _guide_features(term.layer, network, guide_picture))
    if not term.channels:
        return layer(term.layer)
    if term.position:
        x, y = term.position
        return neuron(term.layer, term.channels[0], x=x, y=y)
    return channels(term.layer, term.channels)


@torch.no_grad()
def _guide_features(layer: str, network: Backbone, picture: torch.Tensor) -> torch.Tensor:
    """The features of a guide. Raises PictureError where it is too narrow for the layer."""
    least, (height, width) = least_side(network, {layer}), picture.shape[2:]
    if min(height, width) < least:
        raise PictureError(
            f"the guide is {width}x{height} px, and {network.facts.name} needs {least} on the"
            f" shorter side for {layer}: choose a wider one"
        )
    features: torch.Tensor = network(picture, {layer})[layer]
    return features
