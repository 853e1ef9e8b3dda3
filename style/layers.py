"""The layers of plain convolutional networks, one name each, in order."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Conv:
    """A convolution to `channels`, followed by a rectification."""

    name: str
    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 1


@dataclass(frozen=True)
class Pool:
    """A maximum over `kernel` by `kernel`, every second pixel."""

    name: str
    kernel: int = 2


Layer = Conv | Pool


def vgg(*blocks: tuple[int, int]) -> tuple[Layer, ...]:
    """VGG's layers (Simonyan and Zisserman, arXiv 1409.1556); a block: (count, channels)."""
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


def modules(layers: tuple[Layer, ...]) -> dict[str, nn.Module]:
    """The modules by name: a Conv `conv3_1` gives `conv3_1` and its rectification `relu3_1`."""
    made: dict[str, nn.Module] = {}
    channels = 3
    for layer in layers:
        if isinstance(layer, Pool):
            made[layer.name] = nn.MaxPool2d(layer.kernel, 2)
            continue
        made[layer.name] = nn.Conv2d(
            channels, layer.channels, layer.kernel, layer.stride, layer.padding
        )
        made[layer.name.replace("conv", "relu")] = nn.ReLU()
        channels = layer.channels
    return made
