"""Layers of a network whose weights stay as they are, and what they keep for the way back.

Autograd keeps each map that enters a convolution, for a gradient of its weights that nobody asks
for, and the places of maxima in 8 bytes each. These keep the weights, a byte for each rectified
value, and two for each maximum.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional


class FrozenConv(nn.Conv2d):
    """A convolution that passes gradients on to what came in, and takes none itself."""

    def forward(
        self, features: torch.Tensor, around: tuple[int, int] | None = None
    ) -> torch.Tensor:
        """As `Conv2d`, also under autocast; `around`: another padding, down and across."""
        kind = features.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else None
        padding = self.padding if around is None else around
        if self.padding_mode != "zeros":
            sides = self._reversed_padding_repeated_twice
            features, padding = functional.pad(features, sides, mode=self.padding_mode), (0, 0)
        features, weight = features.to(dtype), self.weight.to(dtype)
        bias = None if self.bias is None else self.bias.to(dtype)
        given = (self.stride, padding, self.dilation, self.groups)
        found: torch.Tensor = _Convolution.apply(features, weight, bias, given)
        return found


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: torch.Tensor, weight: torch.Tensor, bias: Any, given: tuple[Any, ...]
    ) -> torch.Tensor:
        ctx.save_for_backward(weight)
        ctx.shape, ctx.given = features.shape, given
        return functional.conv2d(features, weight, bias, *given)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (weight,) = ctx.saved_tensors
        stride, padding, dilation, groups = ctx.given
        back, _, _ = torch.ops.aten.convolution_backward(
            slope, _shaped(ctx.shape, slope), weight, None, stride, padding, dilation,
            False, (0, 0), groups, (True, False, False),
        )  # fmt: skip
        return back, None, None, None


def rectified(features: torch.Tensor) -> torch.Tensor:
    """Overwrites the features with what is above 0; keeps where that is, not how much."""
    found: torch.Tensor = _Rectified.apply(features)
    return found


class _Rectified(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: torch.Tensor) -> torch.Tensor:
        ctx.mark_dirty(features)
        features.relu_()
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(features > 0)
        return features

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: torch.Tensor) -> torch.Tensor:
        (passed,) = ctx.saved_tensors
        back: torch.Tensor = slope * passed
        return back


def maximum(features: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """`max_pool2d` without padding; keeps the places of the maxima, not the features."""
    found: torch.Tensor = _Maximum.apply(features, kernel, stride)
    return found


class _Maximum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
        found, places = functional.max_pool2d(features, kernel, stride, return_indices=True)
        if ctx.needs_input_grad[0]:
            ctx.shape, ctx.window = features.shape, (kernel, stride)
            # from the window's corner, less than `kernel` rows on: a short number at any width
            corners = _corners(found.shape, features.shape, stride, features.device)
            ctx.save_for_backward(places.sub_(corners).to(torch.int16))
        return found

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (kept,) = ctx.saved_tensors
        kernel, stride = ctx.window
        places = kept.long().add_(_corners(kept.shape, ctx.shape, stride, kept.device))
        back = torch.ops.aten.max_pool2d_with_indices_backward(
            slope,
            _shaped(ctx.shape, slope),
            (kernel,) * 2,
            (stride,) * 2,
            (0, 0),
            (1, 1),
            False,
            places,
        )
        return back, None, None


def _corners(
    small: torch.Size, large: torch.Size, stride: int, device: torch.device
) -> torch.Tensor:
    """Where in a flat map of `large` each window begins: (h, w)."""
    down, across = (torch.arange(side, device=device) * stride for side in small[2:])
    return down[:, None] * large[3] + across


def _shaped(shape: torch.Size, like: torch.Tensor) -> torch.Tensor:
    """Stands for features that are gone: only its shape and its order in memory are looked at.

    It is never written, and so takes no memory of a CPU's.
    """
    _, channels, height, width = shape
    strides = channels * height * width, 1, width * channels, channels
    return torch.empty_strided(shape, strides, dtype=like.dtype, device=like.device)
