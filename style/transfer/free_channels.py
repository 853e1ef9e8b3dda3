"""Layers and channels that the losses of a painting do not use, so that a dream can use them.

The use of a channel is measured by the gradient that style and content send into it, in the
painting itself once it has taken shape. Many channels that are inactive in the given pictures
become active in any painting in that style. A channel that the losses do not use does not hold the
dream back either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import torch

from style.backbones.backbone import Backbone
from style.dreams.objectives import Objective, channel
from style.errors import ConfigError

Features = Mapping[str, torch.Tensor]
ChannelUse = tuple[torch.Tensor, torch.Tensor]  # use (C,) and mean activation (C,)


def use_of_channels(
    extract: Callable[[torch.Tensor, set[str]], Features],
    image: torch.Tensor,
    total: Callable[[Features], torch.Tensor],
    *,
    used: Collection[str],
    free: Sequence[str],
    others: Sequence[torch.Tensor],
) -> dict[str, ChannelUse]:
    """For each layer of `free`, the use (C,) and the mean activation (C,) of its channels.

    `extract` gives features by layer, in the precision of the painting: a channel that is zero in
    that precision has no gradient. `total` is the loss by the features of `used`. The use is the
    mean over positions of |gradient of the loss times feature|. The activation is the largest over
    `image` and `others`, the given pictures, since what is active there needs no dream; it is 0 for
    a channel that is inactive in `image`.
    """
    features = extract(image.detach().requires_grad_(), {*used, *free})
    loss = total({name: features[name] for name in used})
    gradients = torch.autograd.grad(loss, [features[n] for n in free], allow_unused=True)
    with torch.no_grad():
        elsewhere = [extract(other, set(free)) for other in others]
    uses = {}
    for name, gradient in zip(free, gradients, strict=True):
        feature = features[name].detach()
        use = torch.zeros_like(feature) if gradient is None else gradient * feature
        maps = (feature, *(other[name] for other in elsewhere))
        means = [one.float().mean(dim=(0, 2, 3)) for one in maps]
        activation = torch.where(means[0] > 0, torch.stack(means).amax(dim=0), 0)
        uses[name] = use.float().abs().mean(dim=(0, 2, 3)), activation
    return uses


def unused_objective(uses: Mapping[str, ChannelUse], *, preferred: str) -> Objective:
    """The least used channel of the least used layer; several at once grow less (docs/dream.md).

    Among equally used layers it is the `preferred` one, else the deepest, which sees most. Among
    equally used channels it is the least active one, which has most room to grow. Raises
    ConfigError where no channel is active.
    """
    least = min(float(use.mean()) for use, _ in uses.values())
    unused = [name for name, (use, _) in uses.items() if float(use.mean()) <= least]
    layer = preferred if preferred in unused else unused[-1]
    use, activation = uses[layer]
    active = torch.nonzero(activation > 0)[:, 0].tolist()
    if not active:
        raise ConfigError(f"no channel of {layer} is active here: name another, LAYER:CHANNEL")
    return channel(layer, min(active, key=lambda c: (float(use[c]), float(activation[c]))))


def free_layers(backbone: Backbone, used: Collection[str]) -> list[str]:
    """The layers not in `used`, of the same kinds as the defaults (`relu3_2` beside `relu4_2`)."""
    facts = backbone.facts
    kinds = {_kind(name) for name in (*facts.style, *facts.content, facts.dream)}
    names = backbone.layer_names()
    return [name for name in names if _kind(name) in kinds and name not in used]


def _kind(name: str) -> str:
    return re.sub(r"\d+[a-z]?", "#", name)
