"""What a dream should see more of: objectives on named features, which add, subtract and scale.

`0.2 * channel("relu5_1", 20) - layer("relu4_2")` is an objective too, and is written as a person
would write it: `0.2*relu5_1:20 - relu4_2`. A dream makes its objective large; a term with a minus
it makes small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from style.errors import ConfigError

Features = Mapping[str, torch.Tensor]

POSITIONS_AT_ONCE = 1024  # of a picture that are compared with all of its guide's; bounds memory


@dataclass(frozen=True)
class Term:
    """`weight` times a number of the features of one layer; `name` is how the number is written.

    `is_mean`: whether it is a mean over positions, so that that of a picture is that of its parts.
    """

    name: str
    layer: str
    measure: Callable[[torch.Tensor], torch.Tensor]
    weight: float = 1.0
    is_mean: bool = True


@dataclass(frozen=True)
class Objective:
    """A number to make large: a sum of terms."""

    terms: tuple[Term, ...]

    @property
    def layers(self) -> frozenset[str]:
        """The layers whose features it needs."""
        return frozenset(term.layer for term in self.terms)

    def value(self, features: Features) -> torch.Tensor:
        """The number, of features (1, C, h, w) by layer name."""
        parts = [term.weight * term.measure(features[term.layer]) for term in self.terms]
        return torch.stack(parts).sum()

    def called(self, name: str) -> Objective:
        """The same under another name."""
        return Objective(tuple(replace(term, name=name) for term in self.terms))

    def __add__(self, other: Objective) -> Objective:
        return Objective(self.terms + other.terms)

    def __rmul__(self, weight: float) -> Objective:
        return Objective(tuple(replace(t, weight=weight * t.weight) for t in self.terms))

    def __neg__(self) -> Objective:
        return -1.0 * self

    def __sub__(self, other: Objective) -> Objective:
        return self + -other

    def __str__(self) -> str:
        first, *others = self.terms
        return ("-" if first.weight < 0 else "") + _size(first) + "".join(map(_added, others))


def _added(term: Term) -> str:
    return (" - " if term.weight < 0 else " + ") + _size(term)


def _size(term: Term) -> str:
    size = abs(term.weight)
    return term.name if size == 1 else f"{_number(size)}*{term.name}"


def _number(value: float) -> str:
    """Short where that is exact."""
    return short if float(short := f"{value:g}") == value else repr(value)


def layer(name: str) -> Objective:
    """Everything that a layer sees: the mean square of its features.

    Mordvintsev et al., "Inceptionism" (2015).
    """
    return _objective(name, name, lambda features: features.float().square().mean())


def channel(name: str, index: int) -> Objective:
    """One feature, wherever it is: the mean of a channel; ConfigError where there is none.

    Of a network's last layer, whose channels are its classes, it is a class before the softmax.
    """
    return channels(name, [index])


def channels(name: str, indexes: Sequence[int]) -> Objective:
    """Several features of a layer as one: the mean of the channels' means."""
    written = ",".join(map(str, indexes))

    def measure(features: torch.Tensor) -> torch.Tensor:
        return torch.stack([_channel(features, name, index).mean() for index in indexes]).mean()

    return _objective(f"{name}:{written}", name, measure)


def neuron(name: str, index: int, *, x: float = 0.5, y: float = 0.5) -> Objective:
    """One feature at one place, a share of the width and height from the top left."""

    def measure(features: torch.Tensor) -> torch.Tensor:
        plane = _channel(features, name, index)[0]
        height, width = plane.shape
        return plane[min(int(y * height), height - 1), min(int(x * width), width - 1)]

    written = f"{name}:{index}@{_number(x)},{_number(y)}"
    return Objective((Term(written, name, measure, is_mean=False),))


def direction(name: str, vector: torch.Tensor) -> Objective:
    """A mixture of a layer's channels: the mean dot product of its features with `vector` (C,)."""

    def measure(features: torch.Tensor) -> torch.Tensor:
        if vector.numel() != features.shape[1]:
            raise ConfigError(f"{name} has {features.shape[1]} channels, not {vector.numel()}")
        along = vector.to(features.device).float().view(1, -1, 1, 1)
        return (features.float() * along).sum(dim=1).mean()

    return _objective(f"{name}:direction", name, measure)


def guide(name: str, seen: torch.Tensor) -> Objective:
    """What a guide picture has: features alike to the guide's `seen` (1, C, h, w) in that layer.

    The mean, over the picture's positions, of the dot product with the position of the guide that
    fits best (google/deepdream, "Controlling dreams", 2015).
    """
    known = seen.detach().float().flatten(2)[0]  # (C, positions)

    def measure(features: torch.Tensor) -> torch.Tensor:
        own = features.float().flatten(2)[0]
        with torch.no_grad():
            chunks = torch.split(own.detach(), POSITIONS_AT_ONCE, dim=1)
            best = torch.cat([(chunk.T @ known).argmax(dim=1) for chunk in chunks])
        return (own * known[:, best]).sum(dim=0).mean()

    return _objective(f"{name}:guide", name, measure)


def _objective(name: str, layer: str, measure: Callable[[torch.Tensor], torch.Tensor]) -> Objective:
    return Objective((Term(name, layer, measure),))


def _channel(features: torch.Tensor, name: str, index: int) -> torch.Tensor:
    """One channel of (1, C, h, w), or one number of the (1, C) of a fully connected layer."""
    channels = features.shape[1]
    if not 0 <= index < channels:
        raise ConfigError(f"{name} has channels 0 to {channels - 1}; {index} is none of them")
    return features[:, index].float()
