"""The network of fast style, as trained.

After Johnson et al. (arXiv 1603.08155), with the conditional instance normalisation of Dumoulin et
al. (arXiv 1610.07629): all styles share the convolutions, and each has a scale and a shift for
every channel. We differ where it saves time on a CPU. The first layer already halves the picture,
most layers work at an eighth of its size, and what they find is added to the features at a quarter.
The layers at full size are narrow and not normalised, so that they need nothing of the rest of the
picture.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-5  # added to variances
ENCODER = (24, 48, 72)  # channels at 1/2, 1/4 and 1/8 of the size
DEEP_BLOCKS = 3  # residual, at 1/8
OUTER = (32, 16)  # channels of the decoder at 1/2 and at full size
FIRST_KERNEL, LAST_KERNEL = 9, 5
SIZE_MULTIPLE = 8  # sides of a picture must be multiples of this


class ConditionalNorm(nn.Module):
    """Scales and shifts channels by style, after instance normalisation where `is_normalizing`.

    `scale` and `shift` are (styles, channels); a blend of styles takes their weighted means.
    """

    def __init__(self, styles: int, channels: int, *, is_normalizing: bool = True) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(styles, channels))
        self.shift = nn.Parameter(torch.zeros(styles, channels))
        self.is_normalizing = is_normalizing

    def forward(self, features: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """`features` (B, C, h, w); `weights` (B, styles)."""
        scale = (weights @ self.scale)[:, :, None, None].to(features.dtype)
        shift = (weights @ self.shift)[:, :, None, None].to(features.dtype)
        if not self.is_normalizing:
            return torch.addcmul(shift, features, scale)
        variance, mean = torch.var_mean(features, dim=(2, 3), correction=0, keepdim=True)
        factor = scale * torch.rsqrt(variance + EPSILON)
        return torch.addcmul(shift - mean * factor, features, factor)


class StyleConvolution(nn.Module):
    """A convolution with reflected borders and a ConditionalNorm; first `upscale` times enlarged.

    Enlarging by nearest neighbour before a convolution gives no checkerboard (Odena et al. 2016).
    """

    def __init__(
        self,
        channels: tuple[int, int],
        styles: int,
        *,
        kernel: int = 3,
        stride: int = 1,
        upscale: int = 1,
        is_normalizing: bool = True,
    ) -> None:
        super().__init__()
        self.padding, self.upscale = kernel // 2, upscale
        self.convolution = nn.Conv2d(*channels, kernel, stride, bias=False)
        self.norm = ConditionalNorm(styles, channels[1], is_normalizing=is_normalizing)

    def forward(self, features: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        if self.upscale > 1:
            features = functional.interpolate(features, scale_factor=self.upscale, mode="nearest")
        features = functional.pad(features, (self.padding,) * 4, mode="reflect")
        output: torch.Tensor = self.norm(self.convolution(features), weights)
        return output


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to the input."""

    def __init__(self, channels: int, styles: int) -> None:
        super().__init__()
        self.first = StyleConvolution((channels, channels), styles)
        self.second = StyleConvolution((channels, channels), styles)

    def forward(self, features: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        inner = functional.relu(self.first(features, weights))
        result: torch.Tensor = features + self.second(inner, weights)
        return result


class StyleNetwork(nn.Module):
    """Paints pictures, each in a style or in a blend of `styles` styles."""

    def __init__(self, styles: int) -> None:
        super().__init__()
        self.styles = styles
        half, quarter, eighth = ENCODER
        self.encode_half = StyleConvolution((3, half), styles, kernel=FIRST_KERNEL, stride=2)
        self.encode_quarter = StyleConvolution((half, quarter), styles, stride=2)
        self.encode_eighth = StyleConvolution((quarter, eighth), styles, stride=2)
        self.deep = nn.ModuleList(ResidualBlock(eighth, styles) for _ in range(DEEP_BLOCKS))
        self.decode_quarter = StyleConvolution((eighth, quarter), styles, upscale=2)
        self.refine = ResidualBlock(quarter, styles)
        self.decode_half = StyleConvolution((quarter, OUTER[0]), styles, upscale=2)
        self.decode_full = StyleConvolution(OUTER, styles, upscale=2, is_normalizing=False)
        self.paint = StyleConvolution(
            (OUTER[1], 3), styles, kernel=LAST_KERNEL, is_normalizing=False
        )

    def forward(self, images: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Painted pictures (B, 3, H, W) float32, sRGB in [0, 1].

        `images`: (B, 3, H, W), sRGB in [0, 1], sides multiples of SIZE_MULTIPLE. `weights`:
        (B, styles), rows that sum to 1.
        """
        at_half = functional.relu(self.encode_half(images - 0.5, weights))
        at_quarter = functional.relu(self.encode_quarter(at_half, weights))
        deep = functional.relu(self.encode_eighth(at_quarter, weights))
        for block in self.deep:
            deep = block(deep, weights)
        merged = functional.relu(at_quarter + self.decode_quarter(deep, weights))
        merged = functional.relu(self.refine(merged, weights))
        at_half = functional.relu(self.decode_half(merged, weights))
        full = functional.relu(self.decode_full(at_half, weights))
        return torch.sigmoid(self.paint(full, weights).float())
