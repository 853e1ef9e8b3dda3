"""A picture in strips of its full width, from the top down: each leaves rows to the next.

Convolution and pooling windows slide down each map. A strip leaves to the next one the rows that
the next windows still cover. So nothing is computed twice, unlike with tiles that overlap.
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


def least_height(fields: Collection[ReceptiveField]) -> int:
    """Of all strips but the last, in pixels: enough for a row of the largest receptive field."""
    step = max(field.stride for field in fields)
    return (math.ceil(max(field.radius_px for field in fields) / step) + 1) * step


def strips(
    width: int, height: int, *, pixels: int, fields: Collection[ReceptiveField]
) -> list[Span]:
    """Strips of equal height, of at most half of `pixels`, but not lower than `least_height`.

    Half, since the rows that they leave to each other need memory as well; thin strips take no more
    time.
    """
    step = max(field.stride for field in fields)
    count = math.ceil(height / max(1, pixels // 2 // width))
    length = max(least_height(fields), math.ceil(height / count / step) * step)
    begins = list(range(0, height, length))
    if len(begins) > 1 and height - begins[-1] < step:
        begins.pop()
    ends = [*begins[1:], height]
    return [Span(a, b, a, b, b == height) for a, b in zip(begins, ends, strict=True)]


def can_stream(network: Backbone, names: Collection[str], width: int, *, pixels: int) -> bool:
    """Whether the layers are a plain sequence, padded with zeros, and the least strip fits.

    Raises ConfigError where one of `names` has the whole picture as its receptive field.
    """
    return width * least_height(receptive_fields(network, names).values()) <= pixels and all(
        isinstance(layer, FrozenConv | nn.MaxPool2d | nn.ReLU)
        and getattr(layer, "padding_mode", "zeros") == "zeros"
        for layer in network.network.children()
    )


class Strip:
    """Applies layers to the next rows of a picture; `left` are the rows that the next strip needs.

    `above`: the rows that the strip above left, None at the top. Each layer lags behind by as many
    rows as its window reaches down; the last strip catches up.
    """

    def __init__(self, above: Rows | None, *, is_last: bool) -> None:
        self.above, self.is_last, self.left = above, is_last, Rows()

    def __call__(self, name: str, step: Step, rows: torch.Tensor) -> torch.Tensor:
        """A layer's output for its next rows; called as `networks.Apply`."""
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
    """Kernel height, stride and padding of a layer's window; None for a layer without one."""
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
    """`height` rows of zero padding."""
    shape = (*like.shape[:2], height, like.shape[3])
    return like.new_zeros(shape).contiguous(memory_format=torch.channels_last)


class _Seam(torch.autograd.Function):
    """`before`, `rows` and `blank` rows of zeros, joined; and a copy of the rows from `begin` on.

    Autograd would allocate a whole map of zeros for the gradient of each slice; here the gradients
    are added into one map.
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
        ctx: Any, gradient: torch.Tensor, rest: torch.Tensor | None
    ) -> tuple[torch.Tensor | None, ...]:
        first, last, begin = ctx.ends
        if rest is not None:
            gradient[:, :, begin:] += rest
        return gradient[:, :, :first].clone(), gradient[:, :, first:last], None, None
