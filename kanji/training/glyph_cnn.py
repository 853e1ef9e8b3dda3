"""Reads a picture of a character, which shows no order and no direction: a second opinion."""

from __future__ import annotations

import torch
from torch import nn

CHANNELS = (32, 64, 128, 192)


class GlyphCNN(nn.Module):
    """Four halvings, at each a plain and a depthwise separable convolution; mean pooling; a head.

    Input (B, 1, S, S) float32, paper 0 and ink 1, S from 32; output (B, classes) logits.
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
