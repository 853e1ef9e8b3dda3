"""Pillow pictures from and to tensors."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image


def to_tensor(image: Image.Image) -> torch.Tensor:
    """(1, 3, H, W) float32, sRGB in [0, 1]; transparent pixels are blended with mid-grey."""
    if image.mode == "RGBA":
        grey = Image.new("RGBA", image.size, (128, 128, 128, 255))
        image = Image.alpha_composite(grey, image)
    array = np.asarray(image.convert("RGB"), np.float32) / 255
    return torch.from_numpy(np.ascontiguousarray(array.transpose(2, 0, 1)))[None]


def to_picture(tensor: torch.Tensor, *, like: Image.Image) -> Image.Image:
    """The picture of a tensor (1, 3, H, W), sRGB, with the size and the alpha channel of `like`.

    Values outside [0, 1] are clipped.
    """
    image = picture_of(tensor).resize(like.size, Image.Resampling.BICUBIC)
    if like.mode == "RGBA":
        image.putalpha(like.getchannel("A"))
    return image


def picture_of(tensor: torch.Tensor) -> Image.Image:
    """The picture of a tensor (1, 3, H, W), sRGB; values outside [0, 1] are clipped."""
    pixels = tensor.detach()[0].float().clamp(0, 1).mul(255).round().byte()
    return Image.fromarray(pixels.permute(1, 2, 0).cpu().numpy())
