"""The layers of plain networks, and readable names for the modules of torchvision's networks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import nn

from style.backbones.frozen import FrozenConv


@dataclass(frozen=True)
class Conv:
    """A convolution with `channels` output channels, followed by a ReLU."""

    name: str
    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 1


@dataclass(frozen=True)
class Pool:
    """Max-pooling over `kernel` by `kernel` pixels with stride 2."""

    name: str
    kernel: int = 2


Layer = Conv | Pool


def vgg(*blocks: tuple[int, int]) -> tuple[Layer, ...]:
    """VGG's layers (Simonyan and Zisserman, arXiv 1409.1556).

    Each of `blocks` is the number of its convolutions and their channels.
    """
    layers: list[Layer] = []
    for block, (count, channels) in enumerate(blocks, start=1):
        layers += [Conv(f"conv{block}_{number}", channels) for number in range(1, count + 1)]
        layers.append(Pool(f"pool{block}"))
    return tuple(layers)


ALEXNET: tuple[Layer, ...] = (
    Conv("conv1", 64, 11, stride=4, padding=2),
    Pool("pool1", 3),
    Conv("conv2", 192, 5, padding=2),
    Pool("pool2", 3),
    Conv("conv3", 384),
    Conv("conv4", 256),
    Conv("conv5", 256),
)  # Krizhevsky, arXiv 1404.5997, as in torchvision


# The networks that are a plain sequence of layers.
PLAIN: Mapping[str, tuple[Layer, ...]] = {
    "vgg19": vgg((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)),
    "vgg16": vgg((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)),
    "alexnet": ALEXNET,
}


def build_modules(layers: tuple[Layer, ...]) -> dict[str, nn.Module]:
    """The modules by name: a Conv `conv3_1` gives `conv3_1` and its ReLU `relu3_1`."""
    modules: dict[str, nn.Module] = {}
    channels = 3
    for layer in layers:
        if isinstance(layer, Pool):
            modules[layer.name] = nn.MaxPool2d(layer.kernel, 2)
            continue
        modules[layer.name] = FrozenConv(
            channels, layer.channels, layer.kernel, layer.stride, layer.padding
        )
        modules[layer.name.replace("conv", "relu")] = nn.ReLU()
        channels = layer.channels
    return modules


# SqueezeNet (Iandola et al., arXiv 1602.07360): torchvision's index by the number of a fire module.
FIRE_INDEX = {
    "squeezenet1_0": dict(zip(range(2, 10), (3, 4, 5, 7, 8, 9, 10, 12), strict=True)),
    "squeezenet1_1": dict(zip(range(2, 10), (3, 4, 6, 7, 9, 10, 11, 12), strict=True)),
}
_POOL_INDEX = {"squeezenet1_0": {1: 2, 4: 6, 8: 11}, "squeezenet1_1": {1: 2, 3: 5, 5: 8}}


def _squeezenet(name: str) -> dict[str, str]:
    """The names of its own Caffe release: `fire5/concat` is the output of the module fire5."""
    rules = {r"features\.0": "conv1", r"features\.1": "relu1"}
    rules |= {rf"features\.{index}": f"pool{fire}" for fire, index in _POOL_INDEX[name].items()}
    for fire, index in FIRE_INDEX[name].items():
        rules[rf"features\.{index}"] = f"fire{fire}/concat"
        for part in ("squeeze", "expand1x1", "expand3x3"):
            full = "squeeze1x1" if part == "squeeze" else part
            rules[rf"features\.{index}\.{part}"] = f"fire{fire}/{full}"
            rules[rf"features\.{index}\.{part}_activation"] = f"fire{fire}/relu_{full}"
    return rules | {r"classifier\.1": LOGITS, r"classifier\.2": "relu10", r"classifier": "pool10"}


def _mobilenet(last: int) -> dict[str, str]:
    blocks = {rf"features\.{index}(\..*)?": rf"block{index}\1" for index in range(1, last)}
    ends = {r"features\.0(\..*)?": r"stem\1", rf"features\.{last}(\..*)?": r"head\1"}
    return ends | blocks | {r"classifier": LOGITS}


# The layer of the logits of ImageNet's classes: (1, 1000), or in SqueezeNet a map of them,
# (1, 1000, h, w), which a ReLU and an average follow.
LOGITS = "logits"
_EFFICIENTNET = {
    r"features\.0(\..*)?": r"stem\1",
    r"features\.8(\..*)?": r"head\1",
    r"features\.([1-7])(\..*)?": r"stage\1\2",
    r"classifier": LOGITS,
}
_CONVNEXT = {r"features\.0(\..*)?": r"stem\1", r"classifier": LOGITS} | {
    rf"features\.{index}(\..*)?": rf"{'stage' if index % 2 else 'down'}{(index + 1) // 2}\1"
    for index in range(1, 8)
}
# By network: patterns of torchvision's module names, and readable names in their place.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "squeezenet1_0": _squeezenet("squeezenet1_0"),
    "squeezenet1_1": _squeezenet("squeezenet1_1"),
    "resnet18": {r"fc": LOGITS},
    "resnet50": {r"fc": LOGITS},
    "googlenet": {r"inception(\d[a-e].*)": r"mixed\1", r"fc": LOGITS},
    "inception_v3": {
        r"Conv2d_(\d[ab])_\dx\d(.*)": r"conv\1\2",
        r"Mixed_(\d[a-e].*)": r"mixed\1",
        r"fc": LOGITS,
    },
    "mobilenet_v3_small": _mobilenet(12),
    "mobilenet_v3_large": _mobilenet(16),
    "efficientnet_lite0": {r"classifier": LOGITS},
    "efficientnet_b0": _EFFICIENTNET,
    "convnext_tiny": _CONVNEXT,
}


def readable_names(network: str, modules: Iterable[str]) -> dict[str, str]:
    """Torchvision's module names by readable ones: `fire2/concat` gives `features.3`.

    A module that no rule renames keeps its name.
    """
    rules = [(re.compile(pattern), name) for pattern, name in _RENAMED[network].items()]
    names: dict[str, str] = {}
    for module in modules:
        renamed = (match.expand(name) for rule, name in rules if (match := rule.fullmatch(module)))
        names[next(renamed, module)] = module
    return names
