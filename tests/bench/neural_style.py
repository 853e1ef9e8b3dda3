"""PyPI's `neural-style` 0.5.7, its objective and its loop written anew.

Layer for layer as its source has it, as the package wants a model file that it would download. It
minimises 5 · MSE(relu4_2) + 100 · Σ MSE(Gram / (C·H·W)) over relu1_1 to relu5_1 + 1e-3 · Σ|Δ| of a
picture in 256 · BGR less a mean, from noise, by torch's L-BFGS with a history of 100.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.networks import PlainNetwork
from style.backbones.registry import IMAGENET_MEAN, IMAGENET_STD
from style.backbones.weights.converters import VGG_MEAN

CONTENT, STYLES = "relu4_2", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
MEAN = torch.tensor(VGG_MEAN[::-1]).view(1, 3, 1, 1)
Features = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Painted:
    """What it came to: `total`, its objective; the picture (1, 3, H, W) in sRGB, not clipped."""

    total: float
    image: torch.Tensor


def caffes(backbone: Backbone) -> PlainNetwork:
    """VGG-19 for 256 · BGR less a mean: undoes what `converters.folded` did to its first layer."""
    network = backbone.network
    assert isinstance(network, PlainNetwork)
    first = network["conv1_1"]
    weight, bias = first.weight.double(), first.bias.double()
    ours, spread, mean = (
        torch.tensor(values, dtype=torch.float64).view(1, 3, 1, 1)
        for values in (IMAGENET_MEAN, IMAGENET_STD, VGG_MEAN)
    )
    weight = weight / (255 * spread)
    first.bias.data = (bias - (weight * (255 * ours - mean)).sum(dim=(1, 2, 3))).float()
    first.weight.data = weight.flip(1).float().contiguous()
    return network


def prepared(image: torch.Tensor) -> torch.Tensor:
    """256 · BGR less a mean, of sRGB in [0, 1]."""
    return 256 * image.flip(1) - MEAN


def formula(features: Features, targets: Features, grams: Features, image: torch.Tensor) -> object:
    """Its objective, of features by layer; `image` as the network takes it."""
    content = functional.mse_loss(features[CONTENT], targets[CONTENT])
    style = sum(functional.mse_loss(gram(features[name]), grams[name]) for name in STYLES)
    rough = image.diff(dim=2).abs().sum() + image.diff(dim=3).abs().sum()
    return 5 * content + 100 * style + 1e-3 * rough


def gram(features: torch.Tensor) -> torch.Tensor:
    """(C, C), as it computes it."""
    flat = features.flatten(2)[0]
    return torch.mm(flat, flat.T) / features.numel()


def theirs(
    network: PlainNetwork, content: torch.Tensor, style: torch.Tensor, evaluations: int
) -> Painted:
    """What its loop comes to."""
    layers = {name: _plain(layer) for name, layer in network.items()}

    def features(image: torch.Tensor) -> Features:
        found = {}
        for name, layer in layers.items():
            image = layer(image)
            if name in (CONTENT, *STYLES):
                found[name] = image
            if name == STYLES[-1]:
                break
        return found

    with torch.no_grad():
        targets = features(prepared(content))
        grams = {name: gram(one) for name, one in features(prepared(style)).items()}
    torch.manual_seed(0)
    image = nn.Parameter(torch.randn(content.shape[1:]).mul(0.001)[None])
    optimizer = torch.optim.LBFGS(
        [image], max_iter=evaluations, max_eval=evaluations, tolerance_change=-1, tolerance_grad=-1
    )
    losses: list[float] = []

    def evaluate() -> object:
        optimizer.zero_grad()
        loss = formula(features(image), targets, grams, image)
        loss.backward()  # type: ignore[attr-defined]
        losses.append(float(loss.detach()))  # type: ignore[attr-defined]
        return loss

    optimizer.step(evaluate)  # type: ignore[arg-type]
    return Painted(losses[-1], ((image.detach() + MEAN) / 256).flip(1))


def _plain(layer: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """As torch has it."""
    if not isinstance(layer, nn.Conv2d):
        return nn.ReLU(inplace=True) if isinstance(layer, nn.ReLU) else layer
    plain = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
    plain.load_state_dict({k: v.contiguous() for k, v in layer.state_dict().items()})
    return plain.requires_grad_(False)
