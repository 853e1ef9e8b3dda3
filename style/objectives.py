"""What a dream should see more of: objectives on named features, which add and scale.

`0.2 * channel("relu5_1", 20) + layer("relu4_2")` is an objective too, and can say its own name. A
dream makes its objective large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from style.errors import ConfigError

Features = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Objective:
    """A number to make large, of the features of `layers`; `name` is how it is written."""

    name: str
    layers: frozenset[str]
    value: Callable[[Features], torch.Tensor]

    def __add__(self, other: Objective) -> Objective:
        return Objective(
            f"{self.name} + {other.name}",
            self.layers | other.layers,
            lambda features: self.value(features) + other.value(features),
        )

    def __rmul__(self, weight: float) -> Objective:
        name = (
            f"{weight:g} * {self.name}" if "+" not in self.name else f"{weight:g} * ({self.name})"
        )
        return Objective(name, self.layers, lambda features: weight * self.value(features))

    def __neg__(self) -> Objective:
        return -1.0 * self

    def __sub__(self, other: Objective) -> Objective:
        return self + -other

    def __str__(self) -> str:
        return self.name


def layer(name: str) -> Objective:
    """Everything that a layer sees: the mean square of its features.

    Mordvintsev et al., "Inceptionism" (2015).
    """
    return Objective(
        f'layer("{name}")', frozenset({name}), lambda f: f[name].float().square().mean()
    )


def channel(name: str, index: int) -> Objective:
    """One feature, wherever it is: the mean of a channel; ConfigError where there is none."""

    def value(features: Features) -> torch.Tensor:
        return _channel(features[name], name, index).mean()

    return Objective(f'channel("{name}", {index})', frozenset({name}), value)


def neuron(name: str, index: int, *, x: float = 0.5, y: float = 0.5) -> Objective:
    """One feature at one place, a share of the width and height from the top left."""

    def value(features: Features) -> torch.Tensor:
        plane = _channel(features[name], name, index)[0]
        height, width = plane.shape
        return plane[min(int(y * height), height - 1), min(int(x * width), width - 1)]

    return Objective(f'neuron("{name}", {index}, x={x:g}, y={y:g})', frozenset({name}), value)


def named(text: str) -> Objective:
    """The objective that a command line names: `LAYER` or `LAYER:CHANNEL`; raises ConfigError."""
    name, colon, index = text.rpartition(":")
    if not colon:
        return layer(text)
    if not index.isdecimal():
        raise ConfigError(f"{text!r}: give LAYER, or LAYER:CHANNEL with the channel's number")
    return channel(name, int(index))


def _channel(features: torch.Tensor, name: str, index: int) -> torch.Tensor:
    channels = features.shape[1]
    if not 0 <= index < channels:
        raise ConfigError(f"{name} has channels 0 to {channels - 1}; {index} is none of them")
    return features[:, index].float()
