"""A backbone: named features of a picture, computed no deeper than they are asked for."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any, Protocol

import torch
from torch import nn

from style.backbones.networks import network_of
from style.backbones.registry import facts_of, unsmoothed, variant_faults
from style.backbones.smoothing import smoothed
from style.backbones.variants import change
from style.backbones.weights.store import load
from style.errors import ConfigError, UnknownBackbone, WeightsMissing

MOST_SHOWN, NEAR = 50, 5  # layers that an error names; the nearest, of a network with hundreds


class Choice(Protocol):
    """What a configuration says of its backbone."""

    @property
    def backbone(self) -> str: ...
    @property
    def pooling(self) -> str: ...
    @property
    def padding(self) -> str: ...


class Backbone(nn.Module):
    """A network whose layers have names, such as `relu4_2`; its weights take no gradient.

    `pooling`: max, average or l2; `padding`: zeros, replicate or reflect. Raises UnknownBackbone,
    and ConfigError where the network cannot pool or pad in that way.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, name: str, *, pooling: str = "max", padding: str = "zeros") -> None:
        super().__init__()
        self.facts = facts_of(name)
        if wrong := variant_faults(self.facts, pooling, padding):
            raise ConfigError("; ".join(wrong))
        self.network = network_of(name)
        change(self.network, pooling=pooling, padding=padding)
        for key in ("mean", "std"):
            values = torch.tensor(getattr(self.facts, key)).view(1, 3, 1, 1)
            self.register_buffer(key, values, persistent=False)
        self.requires_grad_(False)
        self.eval()

    @classmethod
    def load(cls, name: str, *, pooling: str = "max", padding: str = "zeros") -> Backbone:
        """The backbone with its ImageNet weights, fetched if need be.

        Raises as the class does, and WeightsMissing where the weights cannot be had, or lack or add
        a tensor.
        """
        backbone = cls(name, pooling=pooling, padding=padding)
        try:
            backbone.network.load_state_dict(load(backbone.facts), strict=True)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise WeightsMissing(f"{name}: the weights do not fit: {reason}") from error
        return backbone

    @classmethod
    def of(cls, config: Choice) -> Backbone:
        """The loaded backbone that a configuration chooses. Raises as `load` does."""
        return cls.load(config.backbone, pooling=config.pooling, padding=config.padding)

    def placed(self, device: torch.device) -> Backbone:
        """This backbone on a device, in the memory order in which it is fastest."""
        return self.to(device).to(memory_format=torch.channels_last)

    def forward(
        self, image: torch.Tensor, names: Collection[str], **how: Any
    ) -> dict[str, torch.Tensor]:
        """Features by layer name, each (1, C, h, w).

        `image`: (1, 3, H, W), sRGB in [0, 1]. Nothing below the deepest of `names` is computed.
        `layer3/smooth` is the layer `layer3` with its features evened out. Raises UnknownBackbone
        for a layer that this backbone does not have. `how`: as the network's own forward has it.
        """
        plain = {name: unsmoothed(name) for name in names}
        for name in plain.values():
            self._check(name)
        found = self.network((image - self.mean) / self.std, set(plain.values()), **how)
        return {
            name: found[layer] if name == layer else smoothed(found[layer])
            for name, layer in plain.items()
        }

    def _check(self, name: str) -> None:
        if not self.network.has(name):
            known = self.network.layer_names()
            shown, more = ", ".join(known), ""
            if len(known) > MOST_SHOWN:
                shown = ", ".join(difflib.get_close_matches(name, known, NEAR, cutoff=0))
                more = f" ... (hitsujun layers {self.facts.name} --list)"
            raise UnknownBackbone(f"{self.facts.name} has no layer {name!r}; it has {shown}{more}")
