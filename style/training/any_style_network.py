"""The network that paints in the style of any picture, as trained.

After Ghiasi et al. (arXiv 1705.06830): a second network looks at the picture of the style and says
the scales and shifts of the first. We differ in that it says the weights of a blend of styles, of
which a `StyleNetwork` has BASES. What it sees are means and deviations of features, as of adaptive
instance normalisation (Huang and Belongie, arXiv 1703.06868), and it is small.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from style.training.style_network import ConditionalNorm, StyleNetwork

BASES = 34  # styles that are blended
CHANNELS = (16, 24, 40)  # of the encoder, at 1/2, 1/4 and 1/8 of the size
HIDDEN = 48
SPREAD = 0.3  # standard deviation of the first scales and shifts
TINY = 1e-5  # added to variances


class StyleEncoder(nn.Module):
    """What a picture looks like, in `size` numbers."""

    def __init__(self, size: int) -> None:
        super().__init__()
        channels = (3, *CHANNELS)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(*pair, 3, 2, padding=1) for pair in zip(channels, CHANNELS, strict=False)
        )
        self.hidden = nn.Linear(2 * sum(channels), HIDDEN)
        self.size = nn.Linear(HIDDEN, size)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(B, size), of pictures (B, 3, h, w), sRGB in [0, 1]."""
        features = pictures - 0.5
        found = [moments(features)]
        for convolution in self.convolutions:
            features = functional.relu(convolution(features))
            found.append(moments(features))
        result: torch.Tensor = self.size(functional.relu(self.hidden(torch.cat(found, dim=1))))
        return result


class AnyStyleNetwork(nn.Module):
    """Paints pictures, each in the style of another picture.

    `start`: a network whose convolutions it begins with, and whose styles are its first bases.
    """

    def __init__(self, start: StyleNetwork | None = None) -> None:
        super().__init__()
        self.encoder = StyleEncoder(BASES)
        self.painter = StyleNetwork(BASES)
        if start:
            kernels = {n: v for n, v in start.state_dict().items() if "norm" not in n}
            self.painter.load_state_dict(kernels, strict=False)
        for name, module in self.painter.named_modules():
            if isinstance(module, ConditionalNorm):
                found = start.get_submodule(name) if start else None
                assert isinstance(found, ConditionalNorm | None)
                _spread(module.scale, found.scale if found else None)
                _spread(module.shift, found.shift if found else None)

    def forward(self, images: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        """Painted pictures, as of `StyleNetwork`; `pictures` (B, 3, h, w) are the styles."""
        result: torch.Tensor = self.painter(images, self.weights(pictures))
        return result

    def weights(self, pictures: torch.Tensor) -> torch.Tensor:
        """The weights (B, BASES) of the blend for each picture; rows sum to 1."""
        found: torch.Tensor = self.encoder(pictures)
        return found + (1 - found.sum(dim=1, keepdim=True)) / BASES


def moments(features: torch.Tensor) -> torch.Tensor:
    """The means and deviations (B, 2 C) of features (B, C, h, w)."""
    variance, mean = torch.var_mean(features.float(), dim=(2, 3), correction=0)
    return torch.cat([mean, (variance + TINY).sqrt()], dim=1)


def _spread(table: nn.Parameter, start: torch.Tensor | None) -> None:
    """Makes the rows of a table differ: those of `start`, then random ones about their mean."""
    known = table.data[:1] if start is None else start.data
    deviation = known.std(dim=0, correction=0) + (SPREAD if start is None else 0)
    rows = known.mean(dim=0) + deviation * torch.randn_like(table)
    rows[: len(known)] = known
    table.data = rows
