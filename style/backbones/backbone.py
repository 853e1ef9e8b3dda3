"""A backbone: features of a picture by layer name, computed no deeper than requested."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Protocol

import torch
from torch import nn

from style.backbones.networks import network_of
from style.backbones.registry import facts_of, unsmoothed, variant_faults
from style.backbones.smoothing import smoothed
from style.backbones.variants import replace_pooling_and_padding
from style.backbones.weights.fitting import load_tensors
from style.backbones.weights.store import load_weights
from style.errors import ConfigError, UnknownBackbone, WeightsMissing

MAX_LISTED = 50  # layers; of a network with more, an error names only the nearest
NEAREST_LISTED = 5


class BackboneConfig(Protocol):
    """The part of a configuration that chooses a backbone."""

    @property
    def backbone(self) -> str: ...
    @property
    def pooling(self) -> str: ...
    @property
    def padding(self) -> str: ...


class Backbone(nn.Module):
    """A network whose layers have names, such as `relu4_2`; its weights take no gradient.

    `pooling`: max, average or l2; `padding`: zeros, replicate or reflect. The weights are random
    until they are loaded (`Backbone.load`). Raises UnknownBackbone, and ConfigError where the
    network does not allow the pooling or the padding.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, name: str, *, pooling: str = "max", padding: str = "zeros") -> None:
        super().__init__()
        self.facts = facts_of(name)
        if faults := variant_faults(self.facts, pooling, padding):
            raise ConfigError("; ".join(faults))
        self.network = network_of(name)
        self.without_weights = frozenset[str]()  # layers behind the end of a partial file
        replace_pooling_and_padding(self.network, pooling=pooling, padding=padding)
        for key in ("mean", "std"):
            values = torch.tensor(getattr(self.facts, key)).view(1, 3, 1, 1)
            self.register_buffer(key, values, persistent=False)
        self.requires_grad_(False)
        self.eval()

    @classmethod
    def load(cls, name: str, *, pooling: str = "max", padding: str = "zeros") -> Backbone:
        """The backbone with its ImageNet weights, downloaded if they are not in the cache.

        Weights that a person imported may end behind the default layers of style and content. Such
        a backbone dreams by default in the deepest layer with weights. Raises as the class does,
        and WeightsMissing where the weights are not available, or have a tensor missing or too
        many.
        """
        backbone = cls(name, pooling=pooling, padding=padding)
        tensors = load_weights(backbone.facts)
        try:
            backbone.without_weights = load_tensors(backbone.network, tensors, backbone.facts)
        except WeightsMissing as error:
            raise WeightsMissing(f"{name}: the weights do not fit: {error}") from error
        if backbone.facts.dream in backbone.without_weights:
            layers = replace(backbone.facts.layers, dream=backbone.layer_names()[-1])
            backbone.facts = replace(backbone.facts, layers=layers)
        return backbone

    @classmethod
    def of(cls, config: BackboneConfig) -> Backbone:
        """The loaded backbone that a configuration chooses. Raises as `load` does."""
        return cls.load(config.backbone, pooling=config.pooling, padding=config.padding)

    def placed(self, device: torch.device) -> Backbone:
        """This backbone on a device, in channels-last memory format, which is the fastest."""
        return self.to(device).to(memory_format=torch.channels_last)

    def layer_names(self) -> tuple[str, ...]:
        """The readable names of the layers that have weights, from input to output."""
        names = self.network.layer_names()
        return tuple(name for name in names if name not in self.without_weights)

    def forward(
        self, image: torch.Tensor, names: Collection[str], **options: Any
    ) -> dict[str, torch.Tensor]:
        """Features by layer name, each (1, C, h, w).

        `image`: (1, 3, H, W) float, sRGB in [0, 1]. Layers after the deepest of `names` are not
        computed. `layer3/smooth` is the layer `layer3` with smoothed features. `options` are
        passed to the forward of the network. Raises UnknownBackbone for a layer that this backbone
        does not have, WeightsMissing for one that its weights end before.
        """
        layers = {name: unsmoothed(name) for name in names}
        for layer in layers.values():
            self._check_layer(layer)
        features = self.network((image - self.mean) / self.std, set(layers.values()), **options)
        return {
            name: features[layer] if name == layer else smoothed(features[layer])
            for name, layer in layers.items()
        }

    def _check_layer(self, name: str) -> None:
        names = self.layer_names()
        if self.network.has_layer(name):
            if not self.without_weights or self.network.readable_name(name) in names:
                return
            raise WeightsMissing(
                f"{self.facts.name} has no weights for {name}: the imported file ends behind"
                f" {names[-1]}; fetch the whole: hitsujun weights fetch --again {self.facts.name}"
            )
        listed = ", ".join(names)
        if len(names) > MAX_LISTED:
            nearest = difflib.get_close_matches(name, names, NEAREST_LISTED, cutoff=0)
            listed = f"{', '.join(nearest)} ... (hitsujun layers {self.facts.name} --list)"
        raise UnknownBackbone(f"{self.facts.name} has no layer {name!r}; it has {listed}")
