"""The networks behind the backbones: each gives features by layer name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import torch
from torch import nn

from style.layers import Layer, modules


class PlainNetwork(nn.ModuleDict):
    """Layers one after the other; nothing below the deepest wanted one is computed."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        super().__init__(modules(layers))

    def layer_names(self) -> tuple[str, ...]:
        """From the picture down."""
        return tuple(self)

    def forward(self, image: torch.Tensor, names: Collection[str]) -> dict[str, torch.Tensor]:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W)."""
        features: dict[str, torch.Tensor] = {}
        for name, layer in self.items():
            if len(features) == len(set(names)):
                break
            image = layer(image)
            if name in names:
                features[name] = image
        return features


class TorchvisionNetwork(nn.Module):
    """A network of torchvision by its own module names, cut below the deepest wanted one."""

    def __init__(self, name: str) -> None:
        super().__init__()
        from torchvision.models import get_model

        tail = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        self.model = get_model(name, weights=None, **tail)
        self._cut: dict[frozenset[str], nn.Module] = {}

    def layer_names(self) -> tuple[str, ...]:
        """From the picture down, the modules and their parts."""
        return tuple(name for name, _ in self.model.named_modules() if name)

    def load_state_dict(self, *args: Any, **options: Any) -> Any:
        """As that of torchvision's own model."""
        return self.model.load_state_dict(*args, **options)

    def forward(self, image: torch.Tensor, names: Collection[str]) -> dict[str, torch.Tensor]:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W)."""
        from torchvision.models.feature_extraction import create_feature_extractor

        wanted = frozenset(names)
        if wanted not in self._cut:
            model = self.model.eval()
            self._cut[wanted] = create_feature_extractor(
                model, sorted(wanted), suppress_diff_warning=True
            ).eval()
        features: dict[str, torch.Tensor] = self._cut[wanted](image)
        return features
