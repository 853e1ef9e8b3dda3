"""The pictures of the styles that a network is trained on."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from style.fast.drawing.styles import drawn
from style.pictures.files import open_picture

DRAWN = "drawn"


def style_picture(name: str, source: str, *, shorter_px: int) -> Image.Image:
    """The picture of a style, RGB: drawn by code, or of a file; never enlarged.

    Raises StyleError where it can be neither drawn nor read.
    """
    image = drawn(name) if source == DRAWN else open_picture(Path(source)).convert("RGB")
    scale = min(1.0, shorter_px / min(image.size))
    size = (round(image.width * scale), round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS)
