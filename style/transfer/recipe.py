"""A configuration, resolved once for the backbone that it is run with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import torch

from style.backbones.backbone import Backbone
from style.backbones.least_side import least_side
from style.config.layer_weights import layer_weights, style_weights, weights_for
from style.config.memory_size import parse_bytes
from style.config.stylize import StylizeConfig
from style.dreams.from_text import objective_of
from style.dreams.objectives import Objective
from style.errors import ConfigError
from style.losses.functional import StyleLoss, style_loss
from style.runs.device import low_precision
from style.transfer.balance import first_weight
from style.transfer.free_channels import free_layers

TERMS = ("style", "content", "variation", "dream", "temporal")
SET_TERMS = TERMS[:-1]  # whose weights are settings; that of the temporal loss comes with a film
PROBE_PX = 128  # side of the picture that the sizes of maps are taken from
GRID_PX = 4.5  # pixels of the picture that a position of the grid of neighbours has at most


@dataclass(frozen=True)
class Recipe:
    """The numbers and layers of a StylizeConfig, for one backbone on its device.

    `method`: one of METHODS. `style_layers` and `content_layers` are weights by layer name that sum
    to 1. `style_weights` sum to 1 over the style pictures; empty means equal weights.
    `term_weights` are those of TERMS; `temporal` only in a film.
    `dream` is the objective that the configuration names. For `dream: auto` it is None, and the
    objective is chosen from `free_layers` during the painting. `max_bytes` is the limit of memory,
    0 for none. `is_autocast`: whether features are computed in bfloat16.
    """

    backbone: Backbone
    method: str
    style_layers: Mapping[str, float]
    content_layers: Mapping[str, float]
    style_weights: tuple[float, ...]
    style_loss: StyleLoss
    term_weights: Mapping[str, float]
    dream: Objective | None
    free_layers: tuple[str, ...]
    max_bytes: int
    is_autocast: bool

    @classmethod
    def of(cls, config: StylizeConfig, backbone: Backbone) -> Recipe:
        """Raises ConfigError where the configuration does not fit the backbone."""
        facts = backbone.facts
        by_method = {
            "gatys": facts.style,
            "neighbours": facts.style[:-1],
        }  # the deepest adds little
        style_layers = layer_weights(config.style_layers, by_method[config.method])
        content_layers = layer_weights(config.content_layers, facts.content)
        return cls(
            backbone,
            config.method,
            style_layers,
            content_layers,
            tuple(style_weights(config.style_weights)),
            style_loss(config.style_loss),
            {name: getattr(config, f"{name}_weight") for name in SET_TERMS}
            | {"content": _content_weight(config)},
            _named_dream(config, backbone),
            _free_layers(config, backbone, {*style_layers, *content_layers}),
            parse_bytes(config.max_memory),
            low_precision(config.precision, backbone.mean.device),
        )

    @property
    def compared_layers(self) -> frozenset[str]:
        """The layers that style and content are compared in."""
        return frozenset({*self.style_layers, *self.content_layers})

    @property
    def all_layers(self) -> frozenset[str]:
        """`compared_layers`, and the layers that the dream uses or may use."""
        dreaming = self.dream.layers if self.dream else frozenset(self.free_layers)
        return self.compared_layers | dreaming

    @property
    def is_matched(self) -> bool:
        """Whether the style is that of nearest neighbours, and not of statistics."""
        return self.method == "neighbours"

    @property
    def statistics_layers(self) -> Mapping[str, float]:
        """The layers whose statistics are compared; none where neighbours are."""
        return {} if self.is_matched else self.style_layers

    @cached_property
    def grid_layer(self) -> str:
        """The layer on whose grid neighbours are sought: the last that is fine enough."""
        side = max(PROBE_PX, self.backbone.facts.least_px)
        blank = self.backbone.mean.expand(1, 3, side, side).contiguous()
        with torch.no_grad():
            features = self.backbone(blank, set(self.style_layers))
        fine = [n for n in self.style_layers if features[n].shape[3] * GRID_PX >= side]
        finest = max(self.style_layers, key=lambda name: features[name].shape[3])
        return min(fine, key=lambda name: features[name].shape[3], default=finest)

    @cached_property
    def least_side(self) -> int:
        """The shorter side in pixels that a picture must have."""
        return least_side(self.backbone, self.all_layers)

    def with_weight(self, term: str, weight: float) -> Recipe:
        """This recipe with another weight of one of TERMS."""
        return replace(self, term_weights={**self.term_weights, term: weight})

    @property
    def has_dream(self) -> bool:
        """Whether the painting has a dream, named or automatic."""
        return bool(self.dream or self.free_layers)

    def weights_of_styles(self, count: int) -> tuple[float, ...]:
        """A weight for each of `count` style pictures. Raises ConfigError as `weights_for` does."""
        return weights_for(count, self.style_weights)


def _content_weight(config: StylizeConfig) -> float:
    """That of the configuration, or what the balance begins with."""
    given = config.content_weight
    return first_weight(config.strength, config.method) if given is None else given


def _named_dream(config: StylizeConfig, backbone: Backbone) -> Objective | None:
    if config.dream in ("none", "auto"):
        return None
    return objective_of(config.dream, backbone)


def _free_layers(config: StylizeConfig, backbone: Backbone, compared: set[str]) -> tuple[str, ...]:
    if config.dream != "auto":
        return ()
    free = free_layers(backbone, compared)
    if not free:
        raise ConfigError(
            "style and content use every layer, so --dream auto finds no room: name a layer to"
            " dream in (LAYER or LAYER:CHANNEL), or compare fewer"
        )
    return tuple(free)
