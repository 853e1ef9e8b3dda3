"""Where a painting leaves a network room to dream: layers and channels that its losses do not use.

How much a channel is used is measured by the gradient that style and content together send into it,
in the painting itself when it has taken shape: many channels that the pictures given leave asleep
are woken by any painting in that style. What the losses do not move they do not hold against the
dream either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import torch

from style.backbones.backbone import Backbone
from style.dreams.objectives import Objective, channel
from style.errors import ConfigError

Features = Mapping[str, torch.Tensor]


def check_room(network: Backbone, used: frozenset[str]) -> None:
    """Raises ConfigError where no layer is left for a dream."""
    if not free_layers(network, used):
        raise ConfigError(
            "style and content use every layer, so --dream auto finds no room: name a layer to"
            " dream in (LAYER or LAYER:CHANNEL), or compare fewer"
        )


def use_of_channels(
    see: Callable[[torch.Tensor, set[str]], Features],
    image: torch.Tensor,
    total: Callable[[Features], torch.Tensor],
    *,
    used: Collection[str],
    free: Sequence[str],
    others: Sequence[torch.Tensor],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """For each layer of `free`, the use (C,) and the mean activation (C,) of channels.

    `see` gives the features of a picture by layer, as precisely as it is painted by: what sleeps
    there has no slope to be woken by. `total` is the loss of the features of `used`; a use is the
    mean over positions of the size of the loss's gradient times the feature. An activation is the
    largest over `image` and `others`, the pictures given: what they wake is there without a dream;
    it is 0 where `image` wakes nothing.
    """
    features = see(image.detach().requires_grad_(), {*used, *free})
    loss = total({name: features[name] for name in used})
    slopes = torch.autograd.grad(loss, [features[n] for n in free], allow_unused=True)
    with torch.no_grad():
        elsewhere = [see(other, set(free)) for other in others]
    found = {}
    for name, slope in zip(free, slopes, strict=True):
        feature = features[name].detach()
        use = torch.zeros_like(feature) if slope is None else slope * feature
        seen = [one.float().mean(dim=(0, 2, 3)) for one in (feature, *(e[name] for e in elsewhere))]
        activation = torch.where(seen[0] > 0, torch.stack(seen).amax(dim=0), 0)
        found[name] = use.float().abs().mean(dim=(0, 2, 3)), activation
    return found


def unused_objective(
    uses: Mapping[str, tuple[torch.Tensor, torch.Tensor]], *, preferred: str
) -> Objective:
    """The least used channel of the least used layer: several grow far less (docs/dream.md).

    Of layers that are used alike it is the preferred one, else the deepest, where most is seen.
    Of such channels it is the one that is least active yet, as it has most room to grow.
    Raises ConfigError where none is active at all.
    """
    least = min(float(use.mean()) for use, _ in uses.values())
    alike = [name for name, (use, _) in uses.items() if float(use.mean()) <= least]
    layer = preferred if preferred in alike else alike[-1]
    use, activation = uses[layer]
    awake = torch.nonzero(activation > 0)[:, 0].tolist()
    if not awake:
        raise ConfigError(f"no channel of {layer} sees anything here: name another, LAYER:CHANNEL")
    return channel(layer, min(awake, key=lambda c: (float(use[c]), float(activation[c]))))


def free_layers(network: Backbone, used: Collection[str]) -> list[str]:
    """The layers that are not used, of the kinds of the defaults (`relu3_2` beside `relu4_2`)."""
    facts = network.facts
    kinds = {_kind(name) for name in (*facts.style, *facts.content, facts.dream)}
    names = network.network.layer_names()
    return [name for name in names if _kind(name) in kinds and name not in used]


def _kind(name: str) -> str:
    return re.sub(r"\d+[a-z]?", "#", name)
