"""Networks that pool or pad otherwise than they were trained to."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

TINY = 1e-6  # under a root, which has no slope at 0


class Pooling(nn.Module):
    """A mean, or a root of a mean of squares, where a network takes the maximum.

    Both are smaller than a maximum, so what follows would see less than it was trained on; `gain`
    makes up for it, as in crowsonkb/style-transfer-pytorch.
    """

    def __init__(self, like: nn.MaxPool2d, kind: str, *, gain: float) -> None:
        super().__init__()
        self.window = (like.kernel_size, like.stride, like.padding, like.ceil_mode)
        self.kind, self.gain = kind, gain

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(1, C, h, w) to (1, C, h / 2, w / 2)."""
        if self.kind == "l2":
            return (self._mean(features.square()) + TINY).sqrt() * self.gain
        return self._mean(features) * self.gain

    def _mean(self, features: torch.Tensor) -> torch.Tensor:
        return functional.avg_pool2d(features, *self.window)


# By the kernel: those of that project for 2 (its 0.78 is of a root of a sum, not of a mean), also
# taken for 3.
GAINS = {("average", 2): 2.0, ("l2", 2): 1.56, ("average", 3): 2.0, ("l2", 3): 1.56}


def change(network: nn.Module, *, pooling: str = "max", padding: str = "zeros") -> None:
    """Changes how a network pools and pads; its weights stay."""
    for parent in list(network.modules()):
        for name, module in parent.named_children():
            if isinstance(module, nn.Conv2d) and padding != "zeros":
                module.padding_mode = padding  # type: ignore[assignment]
            if isinstance(module, nn.MaxPool2d) and pooling != "max":
                kernel = module.kernel_size
                side = kernel if isinstance(kernel, int) else kernel[0]
                setattr(parent, name, Pooling(module, pooling, gain=GAINS[pooling, side]))
