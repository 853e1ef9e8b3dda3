"""ReLUs that let a gradient through where nothing activates them.

A channel whose ReLU gives 0 at every position has no gradient, so a dream of it cannot begin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from style.backbones.frozen import relu_in_place

_RELUS = frozenset(
    {torch.relu, torch.relu_, functional.relu, torch.Tensor.relu, torch.Tensor.relu_, relu_in_place}
)


class WakingReLUs(TorchFunctionMode):
    """Within it, a ReLU without any gradient lets that through which raises its input.

    A picture of a batch whose gradient a ReLU would stop everywhere gets the gradient of the values
    below 0 that a descent on the loss would raise. Where any gradient comes through, nothing
    changes. So do the authors of "Feature Visualization" (Distill 2017) in their first steps.
    """

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Replaces a ReLU by one that wakes; calls any other function."""
        if function in _RELUS:
            return _WakingReLU.apply(args[0])
        return function(*args, **(kwargs or {}))


class _WakingReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: torch.Tensor) -> torch.Tensor:
        is_positive = features > 0
        ctx.save_for_backward(is_positive)
        return features * is_positive

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_output: torch.Tensor) -> torch.Tensor:
        (is_positive,) = ctx.saved_tensors
        passed = grad_output * is_positive
        raising = grad_output.clamp(max=0)  # of a loss: below 0 it raises the input
        per_picture = (len(passed), *(1,) * (passed.dim() - 1))
        is_stopped = (passed.flatten(1) == 0).all(dim=1).view(per_picture)
        grad_input: torch.Tensor = torch.where(is_stopped, passed + raising * ~is_positive, passed)
        return grad_input
