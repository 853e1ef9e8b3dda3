"""EfficientNet-Lite0, which torchvision does not have.

EfficientNet-B0 (Tan and Le, arXiv 1905.11946) without squeeze and excitation and with ReLU6; module
names are those of torchvision's EfficientNet where they can be, with readable stages.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-3  # of the normalisation, as TensorFlow has it

# Expansion, kernel, stride, channels and number of blocks of each stage.
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
    """A convolution padded as TensorFlow pads: more at the right and below where it is uneven."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(1, C, h, w) to (1, C', ceil(h / stride), ceil(w / stride))."""
        pads: list[int] = []
        for axis in (1, 0):
            side, kernel, stride = (
                features.shape[2 + axis],
                self.kernel_size[axis],
                self.stride[axis],
            )
            all_ = max((-(-side // stride) - 1) * stride + kernel - side, 0)
            pads += [all_ // 2, all_ - all_ // 2]
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        padded = functional.pad(features, pads, mode=mode) if any(pads) else features
        return functional.conv2d(padded, self.weight, None, self.stride, 0, 1, self.groups)


class Block(nn.Module):
    """An inverted residual: expand, convolve each channel, project; plus the input if it fits."""

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
        found: torch.Tensor = self.block(features)
        return found + features if self.is_residual else found


class EfficientNetLite0(nn.Module):
    """`stem`, `stage1` to `stage7`, `head`, and the classifier of ImageNet's 1000 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _conv(3, STEM, 3, 2)
        inputs = STEM
        for number, (expand, kernel, stride, outputs, count) in enumerate(STAGES, start=1):
            blocks = []
            for place in range(count):
                step = 1 if place else stride
                blocks.append(Block(inputs, outputs, expand=expand, kernel=kernel, stride=step))
                inputs = outputs
            self.add_module(f"stage{number}", nn.Sequential(*blocks))
        self.head = _conv(inputs, HEAD, 1)
        self.classifier = nn.Linear(HEAD, CLASSES)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """The logits (1, 1000) of a normalised image (1, 3, H, W)."""
        features = self.stem(image)
        for number in range(1, len(STAGES) + 1):
            features = self.get_submodule(f"stage{number}")(features)
        logits: torch.Tensor = self.classifier(self.head(features).mean(dim=(2, 3)))
        return logits


def _conv(
    inputs: int, outputs: int, kernel: int, stride: int = 1, *, groups: int = 1, act: bool = True
) -> nn.Sequential:
    conv = SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)
    layers: list[nn.Module] = [conv, nn.BatchNorm2d(outputs, eps=EPSILON)]
    return nn.Sequential(*layers, *([nn.ReLU6()] if act else []))
