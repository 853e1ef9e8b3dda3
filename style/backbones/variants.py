"""Other pooling and padding than a network was trained with."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

TINY = 1e-6  # under a square root, whose gradient is infinite at 0

# By kind and kernel size. Those for 2 are crowsonkb/style-transfer-pytorch's (its 0.78 is for the
# root of a sum, not of a mean); those for 3 are taken from them.
GAINS = {("average", 2): 2.0, ("l2", 2): 1.56, ("average", 3): 2.0, ("l2", 3): 1.56}


def replace_pooling_and_padding(
    network: nn.Module, *, pooling: str = "max", padding: str = "zeros"
) -> None:
    """Replaces the max-pooling of a network and the padding of its convolutions, in place.

    `pooling`: max, average or l2; `padding`: zeros, replicate or reflect. The weights stay.
    """
    for parent in list(network.modules()):
        for name, module in parent.named_children():
            if isinstance(module, nn.Conv2d) and padding != "zeros":
                module.padding_mode = padding  # type: ignore[assignment]
            if isinstance(module, nn.MaxPool2d) and pooling != "max":
                setattr(parent, name, ScaledPool2d(module, pooling))


class ScaledPool2d(nn.Module):
    """Average or L2 pooling in place of a max-pooling, with the same window.

    L2 pooling is the root of the mean of squares. Both give less than the maximum, so the layers
    behind would see smaller values than they were trained on. A factor (GAINS) makes up for it, as
    in crowsonkb/style-transfer-pytorch.
    """

    def __init__(self, replaced: nn.MaxPool2d, kind: str) -> None:
        super().__init__()
        kernel = replaced.kernel_size
        self.window = (kernel, replaced.stride, replaced.padding, replaced.ceil_mode)
        self.kind = kind
        self.gain = GAINS[kind, kernel if isinstance(kernel, int) else kernel[0]]

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(1, C, h, w) to (1, C, h / 2, w / 2)."""
        if self.kind == "l2":
            return (self._mean(features.square()) + TINY).sqrt() * self.gain
        return self._mean(features) * self.gain

    def _mean(self, features: torch.Tensor) -> torch.Tensor:
        return functional.avg_pool2d(features, *self.window)
