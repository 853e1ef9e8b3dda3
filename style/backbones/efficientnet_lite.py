"""EfficientNet-Lite0, which torchvision does not have.

EfficientNet-B0 (Tan and Le, arXiv 1905.11946) without squeeze and excitation, and with ReLU6. The
names of modules follow torchvision's EfficientNet where possible; the stages have readable names.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-3  # of the batch normalisation, as in TensorFlow

# Expansion, kernel, stride, output channels and number of blocks of each stage.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
STEM, HEAD, CLASSES = 32, 1280, 1000


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding.

    Where the padding of an axis is odd, the right or the bottom gets the larger half.
    """

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(1, C, h, w) to (1, C', ceil(h / stride), ceil(w / stride))."""
        pads: list[int] = []
        for axis in (1, 0):
            side, stride = features.shape[2 + axis], self.stride[axis]
            outputs = -(-side // stride)
            total = max((outputs - 1) * stride + self.kernel_size[axis] - side, 0)
            pads += [total // 2, total - total // 2]
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        padded = functional.pad(features, pads, mode=mode) if any(pads) else features
        return functional.conv2d(padded, self.weight, None, self.stride, 0, 1, self.groups)


class Block(nn.Module):
    """An inverted residual block: expansion, depthwise convolution, projection.

    The input is added to the output where both have the same shape.
    """

    def __init__(self, inputs: int, outputs: int, *, expand: int, kernel: int, stride: int) -> None:
        super().__init__()
        inner = inputs * expand
        layers = [_conv(inputs, inner, 1)] if expand > 1 else []
        layers += [
            _conv(inner, inner, kernel, stride, groups=inner),
            _conv(inner, outputs, 1, act=False),
        ]
        self.block = nn.Sequential(*layers)
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(1, inputs, h, w) to (1, outputs, h / stride, w / stride)."""
        output: torch.Tensor = self.block(features)
        return output + features if self.is_residual else output


class EfficientNetLite0(nn.Module):
    """The modules `stem`, `stage1` to `stage7`, `head`, and the classifier of 1000 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _conv(3, STEM, 3, 2)
        inputs = STEM
        for number, (expand, kernel, stride, outputs, count) in enumerate(STAGES, start=1):
            blocks = []
            for index in range(count):
                block_stride = stride if index == 0 else 1
                blocks.append(
                    Block(inputs, outputs, expand=expand, kernel=kernel, stride=block_stride)
                )
                inputs = outputs
            self.add_module(f"stage{number}", nn.Sequential(*blocks))
        self.head = _conv(inputs, HEAD, 1)
        self.classifier = nn.Linear(HEAD, CLASSES)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (1, 1000) of a normalised image (1, 3, H, W)."""
        features = self.stem(image)
        for number in range(1, len(STAGES) + 1):
            features = self.get_submodule(f"stage{number}")(features)
        logits: torch.Tensor = self.classifier(self.head(features).mean(dim=(2, 3)))
        return logits


def _conv(
    inputs: int, outputs: int, kernel: int, stride: int = 1, *, groups: int = 1, act: bool = True
) -> nn.Sequential:
    """A convolution and its batch normalisation; `act`: with ReLU6."""
    conv = SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)
    layers: list[nn.Module] = [conv, nn.BatchNorm2d(outputs, eps=EPSILON)]
    return nn.Sequential(*layers, *([nn.ReLU6()] if act else []))
