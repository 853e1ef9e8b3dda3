"""A backbone: named features of a picture, computed no deeper than they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import nn

from style.errors import UnknownBackbone, WeightsMissing
from style.layers import ALEXNET, Layer, modules, vgg
from style.registry import facts_of
from style.weights import IMAGENET_MEAN, IMAGENET_STD, load

ARCHITECTURES: Mapping[str, tuple[Layer, ...]] = {
    "vgg19": vgg((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)),
    "vgg16": vgg((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)),
    "alexnet": ALEXNET,
}


class Backbone(nn.Module):
    """A plain network whose layers have names, such as `relu4_2`; its weights take no gradient."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, name: str) -> None:
        super().__init__()
        self.facts = facts_of(name)
        self.layers = nn.ModuleDict(modules(ARCHITECTURES[name]))
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)

    @classmethod
    def load(cls, name: str) -> Backbone:
        """The backbone with its ImageNet weights, fetched if need be.

        Raises UnknownBackbone; WeightsMissing where the weights cannot be had, or lack or add a
        tensor.
        """
        backbone = cls(name)
        try:
            backbone.layers.load_state_dict(load(backbone.facts), strict=True)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise WeightsMissing(f"{name}: the weights do not fit: {reason}") from error
        return backbone.eval()

    def forward(self, image: torch.Tensor, names: Collection[str]) -> dict[str, torch.Tensor]:
        """Features by layer name, each (1, C, h, w).

        `image`: (1, 3, H, W), sRGB in [0, 1]. Nothing below the deepest of `names` is computed.
        Raises UnknownBackbone for a layer that this backbone does not have.
        """
        unknown = sorted(set(names) - set(self.layers))
        if unknown:
            raise UnknownBackbone(
                f"{self.facts.name} has no layer {unknown[0]!r}; it has {', '.join(self.layers)}"
            )
        features: dict[str, torch.Tensor] = {}
        current = (image - self.mean) / self.std
        for name, layer in self.layers.items():
            if len(features) == len(set(names)):
                break
            current = layer(current)
            if name in names:
                features[name] = current
        return features
