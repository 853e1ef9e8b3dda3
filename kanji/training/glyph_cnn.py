"""A CNN that reads pictures of characters, which show no order and no direction of strokes.

An experiment: a second opinion beside the LSTM (docs/recognizer.md). The recognizer does not use
it.
"""

from __future__ import annotations

import torch
from torch import nn

CHANNELS = (32, 64, 128, 192)


class GlyphCNN(nn.Module):
    """Four stages that halve the resolution, mean pooling, a bottleneck and a linear head.

    A stage is a strided convolution and a depthwise separable one.
    Input: (B, 1, S, S) float32, paper 0 and ink 1, S at least 32. Output: (B, classes) logits.
    """

    def __init__(self, classes: int, *, bottleneck: int = 192) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        before = 1
        for channels in CHANNELS:
            blocks += [_convolution(before, channels, stride=2), _separable(channels)]
            before = channels
        self.blocks = nn.Sequential(*blocks)
        self.squeeze = nn.Linear(before, bottleneck)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(bottleneck, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        pooled = self.blocks(images).mean(dim=(2, 3))
        logits: torch.Tensor = self.head(self.dropout(torch.relu(self.squeeze(pooled))))
        return logits


def _convolution(before: int, after: int, *, stride: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def _separable(channels: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    )
