"""A backbone: named features of a picture, computed no deeper than they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import nn

from style.errors import UnknownBackbone, WeightsMissing
from style.layers import ALEXNET, Layer, vgg
from style.networks import PlainNetwork, TorchvisionNetwork
from style.registry import facts_of
from style.weights import IMAGENET_MEAN, IMAGENET_STD, load

PLAIN: Mapping[str, tuple[Layer, ...]] = {
    "vgg19": vgg((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)),
    "vgg16": vgg((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)),
    "alexnet": ALEXNET,
}


class Backbone(nn.Module):
    """A network whose layers have names, such as `relu4_2`; its weights take no gradient."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, name: str) -> None:
        super().__init__()
        self.facts = facts_of(name)
        self.network = PlainNetwork(PLAIN[name]) if name in PLAIN else TorchvisionNetwork(name)
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)
        self.eval()

    @classmethod
    def load(cls, name: str) -> Backbone:
        """The backbone with its ImageNet weights, fetched if need be.

        Raises UnknownBackbone; WeightsMissing where the weights cannot be had, or lack or add a
        tensor.
        """
        backbone = cls(name)
        try:
            backbone.network.load_state_dict(load(backbone.facts), strict=True)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            raise WeightsMissing(f"{name}: the weights do not fit: {reason}") from error
        return backbone

    def forward(self, image: torch.Tensor, names: Collection[str]) -> dict[str, torch.Tensor]:
        """Features by layer name, each (1, C, h, w).

        `image`: (1, 3, H, W), sRGB in [0, 1]. Nothing below the deepest of `names` is computed.
        Raises UnknownBackbone for a layer that this backbone does not have.
        """
        known = self.network.layer_names()
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise UnknownBackbone(
                f"{self.facts.name} has no layer {unknown[0]!r}; it has {', '.join(known)}"
            )
        features: dict[str, torch.Tensor] = self.network((image - self.mean) / self.std, names)
        return features
