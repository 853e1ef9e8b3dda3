"""Layers whose weights are frozen; they save less memory for the backward pass.

For each convolution autograd saves the input map, which only the gradient of the weights would
need; frozen weights have none. For each output of a max-pooling it saves an index of 8 bytes. The
layers here save the weights, one byte for each value of a ReLU, and two bytes for each output of a
max-pooling.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.overrides import handle_torch_function, has_torch_function_unary


class FrozenConv(nn.Conv2d):
    """A convolution that computes the gradient of its input, and none of its weights."""

    def forward(
        self, features: torch.Tensor, padding: tuple[int, int] | None = None
    ) -> torch.Tensor:
        """As `Conv2d`, also under autocast.

        `padding` (down, across) replaces the layer's own, with zeros.
        """
        device_type = features.device.type
        autocast = torch.is_autocast_enabled(device_type)
        dtype = torch.get_autocast_dtype(device_type) if autocast else None
        used_padding = self.padding if padding is None else padding
        if self.padding_mode != "zeros":
            sides = self._reversed_padding_repeated_twice
            features, used_padding = functional.pad(features, sides, mode=self.padding_mode), (0, 0)
        features, weight = features.to(dtype), self.weight.to(dtype)
        bias = None if self.bias is None else self.bias.to(dtype)
        options = (self.stride, used_padding, self.dilation, self.groups)
        output: torch.Tensor = _Convolution.apply(features, weight, bias, options)
        return output


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: torch.Tensor, weight: torch.Tensor, bias: Any, options: tuple[Any, ...]
    ) -> torch.Tensor:
        ctx.save_for_backward(weight)
        ctx.shape, ctx.options = features.shape, options
        return functional.conv2d(features, weight, bias, *options)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (weight,) = ctx.saved_tensors
        stride, padding, dilation, groups = ctx.options
        grad_input, _, _ = torch.ops.aten.convolution_backward(
            grad_output, _stand_in(ctx.shape, grad_output), weight, None, stride, padding, dilation,
            False, (0, 0), groups, (True, False, False),
        )  # fmt: skip
        return grad_input, None, None, None


def relu_in_place(features: torch.Tensor) -> torch.Tensor:
    """ReLU that overwrites its input; saves a mask for the backward pass, not the values."""
    if has_torch_function_unary(features):  # as torch's own functions do
        replaced: torch.Tensor = handle_torch_function(relu_in_place, (features,), features)
        return replaced
    output: torch.Tensor = _ReLU.apply(features)
    return output


class _ReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: torch.Tensor) -> torch.Tensor:
        ctx.mark_dirty(features)
        features.relu_()
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(features > 0)
        return features

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (is_positive,) = ctx.saved_tensors
        grad_input: torch.Tensor = grad_output * is_positive
        return grad_input


def max_pool(features: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """`max_pool2d` without padding; saves the indices of the maxima, not the features."""
    output: torch.Tensor = _MaxPool.apply(features, kernel, stride)
    return output


class _MaxPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
        output, indices = functional.max_pool2d(features, kernel, stride, return_indices=True)
        if ctx.needs_input_grad[0]:
            ctx.shape, ctx.window = features.shape, (kernel, stride)
            # Counted from the window's corner an index is less than `kernel` rows, so that it
            # fits into 16 bits at any width.
            corners = _window_corners(output.shape, features.shape, stride, features.device)
            ctx.save_for_backward(indices.sub_(corners).to(torch.int16))
        return output

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (offsets,) = ctx.saved_tensors
        kernel, stride = ctx.window
        corners = _window_corners(offsets.shape, ctx.shape, stride, offsets.device)
        indices = offsets.long().add_(corners)
        grad_input = torch.ops.aten.max_pool2d_with_indices_backward(
            grad_output, _stand_in(ctx.shape, grad_output),
            (kernel,) * 2, (stride,) * 2, (0, 0), (1, 1), False, indices,
        )  # fmt: skip
        return grad_input, None, None


def _window_corners(
    output: torch.Size, features: torch.Size, stride: int, device: torch.device
) -> torch.Tensor:
    """The index, in a flat input map, of the first pixel of each window: (h, w)."""
    down, across = (torch.arange(side, device=device) * stride for side in output[2:])
    return down[:, None] * features[3] + across


def _stand_in(shape: torch.Size, like: torch.Tensor) -> torch.Tensor:
    """A tensor for features that were freed: only its shape and its strides are read.

    It is never written, and so takes no memory on a CPU.
    """
    _, channels, height, width = shape
    strides = channels * height * width, 1, width * channels, channels
    return torch.empty_strided(shape, strides, dtype=like.dtype, device=like.device)
