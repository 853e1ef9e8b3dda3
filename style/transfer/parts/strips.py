"""A picture in strips as wide as itself, from its top down: what one leaves, the next goes on with.

Of each window that slides down a map, a strip leaves the rows that windows below still look at. So
nothing is computed twice, which tiles that see beyond their own have to do.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.autograd.function import once_differentiable

from style.backbones.backbone import Backbone
from style.backbones.frozen import FrozenConv
from style.backbones.networks import Step
from style.backbones.receptive_field import ReceptiveField, receptive_fields
from style.transfer.parts.tiles import Span

Rows = dict[str, torch.Tensor]  # by layer, (1, C, h, W)


def least_height(seen: Collection[ReceptiveField]) -> int:
    """Of all strips but the last: as high as the deepest layer looks, so that each has a row."""
    step = max(reach.stride for reach in seen)
    return (math.ceil(max(reach.radius_px for reach in seen) / step) + 1) * step


def strips(width: int, height: int, *, pixels: int, seen: Collection[ReceptiveField]) -> list[Span]:
    """Of at most half so many pixels each, alike in height, but not lower than `least_height`.

    Thin ones take no more time, and what they leave to each other needs room as well.
    """
    step = max(reach.stride for reach in seen)
    count = math.ceil(height / max(1, pixels // 2 // width))
    length = max(least_height(seen), math.ceil(height / count / step) * step)
    begins = list(range(0, height, length))
    if len(begins) > 1 and height - begins[-1] < step:
        begins.pop()
    ends = [*begins[1:], height]
    return [Span(a, b, a, b, b == height) for a, b in zip(begins, ends, strict=True)]


def can_stream(network: Backbone, names: Collection[str], width: int, *, pixels: int) -> bool:
    """Whether layers follow one another, padded with zeros, and no strip has to be larger.

    Raises ConfigError where one of `names` looks at the whole picture at once.
    """
    return width * least_height(receptive_fields(network, names).values()) <= pixels and all(
        isinstance(layer, FrozenConv | nn.MaxPool2d | nn.ReLU)
        and getattr(layer, "padding_mode", "zeros") == "zeros"
        for layer in network.network.children()
    )


class Strip:
    """Applies layers to the next rows of a picture; `left` is what the strip below then needs.

    `above`: what the strip above left, None at the top. Each layer is as many rows behind as it
    looks down; the last strip makes up for it.
    """

    def __init__(self, above: Rows | None, *, is_last: bool) -> None:
        self.above, self.is_last, self.left = above, is_last, Rows()

    def __call__(self, name: str, step: Step, rows: torch.Tensor) -> torch.Tensor:
        """What a layer makes of its next rows, as `networks.Apply`."""
        window = _window(step)
        if window is None:
            return step(rows)
        kernel, stride, padding = window
        before = self.above[name] if self.above else _blank(rows, padding)
        blank = padding * self.is_last
        done = (before.shape[2] + rows.shape[2] + blank - kernel) // stride + 1
        rows, rest = _Seam.apply(before, rows, blank, done * stride)
        if not self.is_last:
            self.left[name] = rest
        return step(rows, (0, padding)) if isinstance(step, FrozenConv) else step(rows)


def _window(step: Step) -> tuple[int, int, int] | None:
    """How high, how far from one to the next, and how much padding, where there is one."""
    if isinstance(step, nn.Conv2d):
        assert isinstance(step.padding, tuple)
        return step.kernel_size[0], step.stride[0], step.padding[0]
    if isinstance(step, partial):
        return step.keywords["kernel"], step.keywords["stride"], 0
    if isinstance(step, nn.MaxPool2d):
        assert isinstance(step.kernel_size, int)
        assert isinstance(step.stride, int)
        return step.kernel_size, step.stride, 0
    return None


def _blank(like: torch.Tensor, height: int) -> torch.Tensor:
    """So many rows of padding."""
    shape = (*like.shape[:2], height, like.shape[3])
    return like.new_zeros(shape).contiguous(memory_format=torch.channels_last)


class _Seam(torch.autograd.Function):
    """Rows below those `before`, with blank ones at the end; and a copy of those from `begin` on.

    Autograd would hold a map of zeros for the slope of each of its parts; here they are added in
    the one map that is theirs.
    """

    @staticmethod
    def forward(
        ctx: Any, before: torch.Tensor, rows: torch.Tensor, blank: int, begin: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        ctx.set_materialize_grads(False)
        ctx.ends = before.shape[2], before.shape[2] + rows.shape[2], begin
        grown = torch.cat((before, rows, _blank(rows, blank)), dim=2)
        return grown, grown[:, :, begin:].clone()

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, slope: torch.Tensor, rest: torch.Tensor | None
    ) -> tuple[torch.Tensor | None, ...]:
        first, last, begin = ctx.ends
        if rest is not None:
            slope[:, :, begin:] += rest
        return slope[:, :, :first].clone(), slope[:, :, first:last], None, None
