"""Objectives on named features: what a dream maximises. They add, subtract and scale.

`0.2 * channel("relu5_1", 20) - layer("relu4_2")` is an objective too. Its `str` is the form that
the command line reads: `0.2*relu5_1:20 - relu4_2`. A term with a minus is minimised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from style.backbones.layer_channels import channel_fault
from style.errors import ConfigError

Features = Mapping[str, torch.Tensor]

POSITIONS_AT_ONCE = 1024  # of a picture, compared with all positions of its guide; bounds memory


@dataclass(frozen=True)
class Term:
    """`weight` times a scalar of the features of one layer.

    `name`: the written form of the scalar. `measure`: computes it, float32, from the layer's
    features (1, C, h, w). `is_mean`: whether it is a mean over positions; the value of a picture is
    then the weighted mean of the values of its tiles.
    """

    name: str
    layer: str
    measure: Callable[[torch.Tensor], torch.Tensor]
    weight: float = 1.0
    is_mean: bool = True


@dataclass(frozen=True)
class Objective:
    """A scalar to maximise: a sum of terms."""

    terms: tuple[Term, ...]

    @property
    def layers(self) -> frozenset[str]:
        """The layers whose features `value` needs."""
        return frozenset(term.layer for term in self.terms)

    def value(self, features: Features) -> torch.Tensor:
        """The sum of the terms, a scalar tensor, from features (1, C, h, w) by layer name."""
        values = [term.weight * term.measure(features[term.layer]) for term in self.terms]
        return torch.stack(values).sum()

    def called(self, name: str) -> Objective:
        """The same objective with another written form."""
        return Objective(tuple(replace(term, name=name) for term in self.terms))

    def __add__(self, other: Objective) -> Objective:
        return Objective(self.terms + other.terms)

    def __rmul__(self, weight: float) -> Objective:
        return Objective(tuple(replace(term, weight=weight * term.weight) for term in self.terms))

    def __neg__(self) -> Objective:
        return -1.0 * self

    def __sub__(self, other: Objective) -> Objective:
        return self + -other

    def __str__(self) -> str:
        first, *others = self.terms
        text = ("-" if first.weight < 0 else "") + _without_sign(first)
        for term in others:
            text += (" - " if term.weight < 0 else " + ") + _without_sign(term)
        return text


def balanced(objective: Objective, gradient_of: Callable[[Objective], torch.Tensor]) -> Objective:
    """The objective with several terms scaled so that each contributes its weight to a step.

    Values of one layer can be a thousand times those of another in the same network. Each term is
    divided by the mean absolute value of its gradient, which `gradient_of` gives; one whose
    gradient is zero everywhere keeps its scale.
    """
    if len(objective.terms) < 2:
        return objective
    terms = []
    for term in objective.terms:
        gradient = gradient_of(Objective((replace(term, weight=1.0),)))
        terms.append(replace(term, weight=term.weight / (float(gradient.abs().mean()) or 1.0)))
    return Objective(tuple(terms))


def _without_sign(term: Term) -> str:
    size = abs(term.weight)
    return term.name if size == 1 else f"{_number(size)}*{term.name}"


def _number(value: float) -> str:
    """Six digits where these are exact, else as many as it takes."""
    return short if float(short := f"{value:g}") == value else repr(value)


def layer(name: str) -> Objective:
    """Everything that a layer responds to: the mean square of its features.

    Mordvintsev et al., "Inceptionism" (2015).
    """
    return _mean_objective(name, name, lambda features: features.float().square().mean())


def channel(name: str, index: int) -> Objective:
    """One feature at any position: the mean of a channel.

    The channels of a classifier's last layer are its classes: the mean is then a logit. Raises
    ConfigError, when it is evaluated, for a channel that the layer does not have.
    """
    return channels(name, [index])


def channels(name: str, indexes: Sequence[int]) -> Objective:
    """Several features of a layer as one: the mean of the channels' means. Raises as `channel`."""
    written = ",".join(map(str, indexes))

    def measure(features: torch.Tensor) -> torch.Tensor:
        return torch.stack([_channel(features, name, index).mean() for index in indexes]).mean()

    return _mean_objective(f"{name}:{written}", name, measure)


def neuron(name: str, index: int, *, x: float = 0.5, y: float = 0.5) -> Objective:
    """One feature at one position. Raises as `channel` does.

    `x`, `y`: fractions of the width and height, from the top left corner.
    """

    def measure(features: torch.Tensor) -> torch.Tensor:
        feature_map = _channel(features, name, index)[0]
        height, width = feature_map.shape
        return feature_map[min(int(y * height), height - 1), min(int(x * width), width - 1)]

    written = f"{name}:{index}@{_number(x)},{_number(y)}"
    return Objective((Term(written, name, measure, is_mean=False),))


def guide(name: str, guide_features: torch.Tensor) -> Objective:
    """Features similar to those of a guide picture, `guide_features` (1, C, h, w), in that layer.

    The mean, over the picture's positions, of the dot product with the best matching position of
    the guide (google/deepdream, "Controlling dreams", 2015).
    """
    guide_columns = guide_features.detach().float().flatten(2)[0]  # (C, positions)

    def measure(features: torch.Tensor) -> torch.Tensor:
        own = features.float().flatten(2)[0]
        with torch.no_grad():
            chunks = torch.split(own.detach(), POSITIONS_AT_ONCE, dim=1)
            best = torch.cat([(chunk.T @ guide_columns).argmax(dim=1) for chunk in chunks])
        return (own * guide_columns[:, best]).sum(dim=0).mean()

    return _mean_objective(f"{name}:guide", name, measure)


def _mean_objective(
    name: str, layer: str, measure: Callable[[torch.Tensor], torch.Tensor]
) -> Objective:
    return Objective((Term(name, layer, measure),))


def _channel(features: torch.Tensor, name: str, index: int) -> torch.Tensor:
    """One channel of (1, C, h, w), or one value of the (1, C) of a fully connected layer."""
    if fault := channel_fault(name, features.shape[1], index):
        raise ConfigError(fault)
    return features[:, index].float()
