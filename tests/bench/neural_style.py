"""The objective and the loop of PyPI's `neural-style` 0.5.7, written again here.

Layer for layer as in its source, because the package needs a model file that it would download. It
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
LayerCalls = Mapping[str, Callable[[torch.Tensor], torch.Tensor]]


@dataclass(frozen=True)
class Result:
    """`total`: the value of its objective; `image`: (1, 3, H, W) in sRGB, not clipped."""

    total: float
    image: torch.Tensor


def caffe_network(backbone: Backbone) -> PlainNetwork:
    """VGG-19 for 256 · BGR less a mean.

    Changes the first layer of `backbone`: undoes `converters.without_caffe_preprocessing`.
    """
    network = backbone.network
    assert isinstance(network, PlainNetwork)
    first = network["conv1_1"]
    weight, bias = first.weight.double(), first.bias.double()
    imagenet_mean, imagenet_std, vgg_mean = (
        torch.tensor(values, dtype=torch.float64).view(1, 3, 1, 1)
        for values in (IMAGENET_MEAN, IMAGENET_STD, VGG_MEAN)
    )
    weight = weight / (255 * imagenet_std)
    offset = (weight * (255 * imagenet_mean - vgg_mean)).sum(dim=(1, 2, 3))
    first.bias.data = (bias - offset).float()
    first.weight.data = weight.flip(1).float().contiguous()
    return network


def preprocessed(image: torch.Tensor) -> torch.Tensor:
    """256 · BGR less a mean, of sRGB in [0, 1]."""
    return 256 * image.flip(1) - MEAN


def objective(
    features: Features, targets: Features, grams: Features, image: torch.Tensor
) -> torch.Tensor:
    """The objective of neural-style, of features by layer; `image` is preprocessed."""
    content = functional.mse_loss(features[CONTENT], targets[CONTENT])
    style = sum(
        (functional.mse_loss(gram(features[name]), grams[name]) for name in STYLES),
        start=torch.zeros(()),
    )
    variation = image.diff(dim=2).abs().sum() + image.diff(dim=3).abs().sum()
    return 5 * content + 100 * style + 1e-3 * variation


def gram(features: torch.Tensor) -> torch.Tensor:
    """The Gram matrix (C, C) as neural-style computes it."""
    flat = features.flatten(2)[0]
    return torch.mm(flat, flat.T) / features.numel()


def paint(
    network: PlainNetwork, content: torch.Tensor, style: torch.Tensor, evaluations: int
) -> Result:
    """The result of neural-style's loop, for content and style (1, 3, H, W) in sRGB."""
    layers = {name: _torchs_layer(layer) for name, layer in network.items()}
    with torch.no_grad():
        targets = _features(layers, preprocessed(content))
        grams = {name: gram(one) for name, one in _features(layers, preprocessed(style)).items()}
    torch.manual_seed(0)
    image = nn.Parameter(torch.randn(content.shape[1:]).mul(0.001)[None])
    optimizer = torch.optim.LBFGS(
        [image], max_iter=evaluations, max_eval=evaluations, tolerance_change=-1, tolerance_grad=-1
    )
    losses: list[float] = []

    def evaluate() -> torch.Tensor:
        optimizer.zero_grad()
        loss = objective(_features(layers, image), targets, grams, image)
        loss.backward()  # type: ignore[no-untyped-call]
        losses.append(float(loss.detach()))
        return loss

    optimizer.step(evaluate)  # type: ignore[arg-type]
    return Result(losses[-1], ((image.detach() + MEAN) / 256).flip(1))


def _features(layers: LayerCalls, image: torch.Tensor) -> Features:
    features = {}
    for name, layer in layers.items():
        image = layer(image)
        if name in (CONTENT, *STYLES):
            features[name] = image
        if name == STYLES[-1]:
            break
    return features


def _torchs_layer(layer: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """Torch's own layer with the same weights; a ReLU overwrites its input, as there."""
    if not isinstance(layer, nn.Conv2d):
        return nn.ReLU(inplace=True) if isinstance(layer, nn.ReLU) else layer
    conv = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
    conv.load_state_dict({k: v.contiguous() for k, v in layer.state_dict().items()})
    return conv.requires_grad_(False)
