"""The drawn styles by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image

from style.errors import ConfigError
from style.fast.drawing.cells import mosaic, stained_glass
from style.fast.drawing.ink import sumi, woodcut
from style.fast.drawing.noise import Pixels
from style.fast.drawing.patterns import asanoha, seigaiha
from style.fast.drawing.pen import pen

Drawing = Callable[[np.random.Generator, int], Pixels]

SIDE_PX = 512

DRAWINGS: Mapping[str, Drawing] = MappingProxyType(
    {
        "sumi": sumi,
        "seigaiha": seigaiha,
        "asanoha": asanoha,
        "woodcut": woodcut,
        "stained-glass": stained_glass,
        "mosaic": mosaic,
        "pen": pen,
    }
)


def drawn(name: str, *, seed: int = 1, side_px: int = SIDE_PX) -> Image.Image:
    """The picture of a style, square, RGB. Raises ConfigError for a name that is not drawn."""
    if name not in DRAWINGS:
        raise ConfigError(f"no style is drawn as {name!r}; drawn are {', '.join(DRAWINGS)}")
    pixels = DRAWINGS[name](np.random.default_rng(seed), side_px)
    return Image.fromarray(np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8))
