"""Where a painting leaves a network room to dream: layers and channels that its losses do not use.

How much a channel is used is measured, at the content picture, by the gradient that style and
content together send into it. What they do not move they do not hold against the dream either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import torch

from style.backbone import Backbone
from style.errors import ConfigError
from style.objectives import Objective, channel

CHANNELS = 8  # that dream together; more = a calmer dream

Features = Mapping[str, torch.Tensor]


def use_of_channels(
    network: Backbone,
    image: torch.Tensor,
    total: Callable[[Features], torch.Tensor],
    used: frozenset[str],
    others: Sequence[torch.Tensor] = (),
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """For each layer that no loss looks at, the use (C,) and the mean activation (C,) of channels.

    `total` is the loss of the features of `used`; a use is the mean over positions of the size of
    the loss's gradient times the feature. An activation is the largest over `image` and `others`,
    the styles: what they wake is there without a dream. Layers come in the network's order.
    """
    free = [name for name in _comparable(network) if name not in used]
    if not free:
        return {}
    features = network(image.detach().requires_grad_(), {*used, *free})
    loss = total({name: features[name] for name in used})
    slopes = torch.autograd.grad(loss, [features[n] for n in free], allow_unused=True)
    with torch.no_grad():
        elsewhere = [network(other, free) for other in others]
    found = {}
    for name, slope in zip(free, slopes, strict=True):
        feature = features[name].detach()
        use = torch.zeros_like(feature) if slope is None else slope * feature
        seen = [one.float().mean(dim=(0, 2, 3)) for one in (feature, *(e[name] for e in elsewhere))]
        found[name] = use.float().abs().mean(dim=(0, 2, 3)), torch.stack(seen).amax(dim=0)
    return found


def unused_objective(uses: Mapping[str, tuple[torch.Tensor, torch.Tensor]]) -> Objective:
    """The CHANNELS least used channels of the least used layer, the shallowest where that is a tie.

    Among channels that are used alike those that are hardly active yet come first, as there is most
    to be seen of them. Raises ConfigError where every layer is used.
    """
    if not uses:
        raise ConfigError("style and content use every layer: name one to dream in, LAYER:CHANNEL")
    layer = min(uses, key=lambda name: float(uses[name][0].mean()))
    use, activation = uses[layer]
    awake = torch.nonzero(activation > 0)[:, 0].tolist()
    chosen = sorted(awake, key=lambda c: (float(use[c]), float(activation[c])))[:CHANNELS]
    if not chosen:
        raise ConfigError(f"no channel of {layer} sees anything here: name another, LAYER:CHANNEL")
    objectives = [channel(layer, index) for index in chosen]
    summed = objectives[0]
    for other in objectives[1:]:
        summed = summed + other
    return (1 / len(objectives)) * summed


def _comparable(network: Backbone) -> tuple[str, ...]:
    """The layers of the kind that the defaults are of: `relu3_2` beside `relu4_2`."""
    facts = network.facts
    kinds = {_kind(name) for name in (*facts.style, *facts.content, facts.dream)}
    return tuple(name for name in network.network.layer_names() if _kind(name) in kinds)


def _kind(name: str) -> str:
    return re.sub(r"\d+[a-z]?", "#", name)
