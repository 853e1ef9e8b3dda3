"""The objective of a network from its written form, which `config.objective_grammar` describes."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from style.backbones.backbone import Backbone
from style.backbones.imagenet_classes import class_index, class_names, logits_layer
from style.config.dream import DreamConfig
from style.config.objective_grammar import Wanted, parsed
from style.dreams.objectives import Objective, channels, guide, layer, neuron
from style.errors import ConfigError


def objective_of(
    text: str, network: Backbone, *, guide_picture: torch.Tensor | None = None
) -> Objective:
    """The objective that a text asks for.

    `guide_picture`: (1, 3, H, W), sRGB in [0, 1]. Raises ConfigError where the text is not
    understood, a class is unknown, or a guide is meant and not given.
    """
    return _summed(parsed(text), network, guide_picture)


def configured(
    config: DreamConfig, network: Backbone, *, guide_picture: torch.Tensor | None = None
) -> Objective:
    """The objective that a configuration asks for; a guide picture given is followed."""
    if config.objective:
        wanted = parsed(config.objective)
        if guide_picture is not None and not any(one.is_guide for one in wanted):
            raise ConfigError("the objective does not follow the guide picture: add LAYER:guide")
    elif config.class_:
        wanted = (Wanted(1.0, label=config.class_),)
    else:
        name = config.layer or network.facts.dream
        numbers = () if config.channel < 0 else (config.channel,)
        is_guide = guide_picture is not None and not numbers
        wanted = (Wanted(1.0, name, numbers, is_guide=is_guide),)
    if guide_picture is not None and not any(one.is_guide for one in wanted):
        raise ConfigError("a guide picture stands in place of a channel and of a class")
    return _summed(wanted, network, guide_picture)


def _summed(wanted: Sequence[Wanted], network: Backbone, picture: torch.Tensor | None) -> Objective:
    terms = [one.weight * _seen(one, network, picture) for one in wanted]
    return Objective(tuple(term for objective in terms for term in objective.terms))


def _seen(wanted: Wanted, network: Backbone, picture: torch.Tensor | None) -> Objective:
    if wanted.label:
        index = class_index(wanted.label)
        name = class_names()[index]
        quote = '"' if "'" in name else "'"
        return channels(logits_layer(network), [index]).called(f"class:{quote}{name}{quote}")
    if wanted.is_guide:
        if picture is None:
            raise ConfigError(f"{wanted.layer}:guide needs a guide picture (--guide PICTURE)")
        with torch.no_grad():
            return guide(wanted.layer, network(picture, {wanted.layer})[wanted.layer])
    if not wanted.channels:
        return layer(wanted.layer)
    if wanted.place:
        x, y = wanted.place
        return neuron(wanted.layer, wanted.channels[0], x=x, y=y)
    return channels(wanted.layer, wanted.channels)
