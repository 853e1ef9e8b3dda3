"""Paints a picture with the fast style network. Needs no torch.

```python
from style.fast import paint

paint(photo, "wave")                                    # a Pillow picture, and a style
paint(photo, {"wave": 0.7, "sumi": 0.3}, strength=0.6)  # a blend, over the photo
```
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from style.config.stylize import COLORS
from style.errors import ConfigError
from style.fast.blend import parse_blend
from style.fast.network import LEAST_PX, Array, FastStyle
from style.pictures.colors import recolored

FAST_COLORS = tuple(name for name in COLORS if name != "matched")  # which needs the style's picture
PIXEL_COLORS = ("grey", "luminance")  # which look at each pixel alone
STRIP_ROWS = 128  # that are recoloured at once
LONGEST_PX = 2400  # of a painting by default: a phone's screen
MOST_PX = 4096  # of a painting; memory grows with its area, 140 MB a megapixel
GREY = 0.5  # that the network sees under transparent pixels


def paint(
    image: Image.Image,
    style: str | Mapping[str, float],
    *,
    strength: float = 1.0,
    colors: str = "style",
    size: int = LONGEST_PX,
    network: FastStyle | None = None,
) -> Image.Image:
    """The picture in a style: RGB, or RGBA with the alpha channel of `image`.

    `image`: RGB or RGBA, sRGB. `style`: a name, or a blend as the text `wave=0.7,sumi=0.3` or as
    weights by name, of which only the ratio matters. `strength`, 0 to 1: how much of the painting
    lies over the picture. `colors`: one of FAST_COLORS, as `--colors` of the slow way. `size`: the
    longest side of the result, up to MOST_PX; a picture is never enlarged. `network`: the shipped
    one by default. Raises ConfigError for what is not allowed, WeightsMissing as `FastStyle.load`.
    """
    if faults := _faults(strength, colors, size):
        raise ConfigError("; ".join(faults))
    blend = parse_blend(style) if isinstance(style, str) else style
    network = network or FastStyle.load()
    image = _scaled(image, size)
    picture = _to_array(image)
    return _finished(network.paint(picture, blend), picture, image, strength, colors)


def finished(
    painted: Image.Image, image: Image.Image, *, strength: float, colors: str
) -> Image.Image:
    """A picture that `paint` painted at full strength, as it is with a strength and colours.

    Both have one size. `image`: what was painted.
    """
    if strength == 1 and colors == "style":
        return painted
    return _finished(_to_array(painted.convert("RGB")), _to_array(image), image, strength, colors)


def _finished(
    painted: Array, picture: Array, image: Image.Image, strength: float, colors: str
) -> Image.Image:
    """`painted` and `picture`: (3, H, W) in [0, 1], the second of `image`."""
    if strength < 1:
        painted = picture + np.float32(strength) * (painted - picture)
    result = _to_image(painted)
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result if colors == "style" else _recolored(result, image, colors)


def _recolored(painted: Image.Image, image: Image.Image, method: str) -> Image.Image:
    """`recolored`, in strips where the method looks at each pixel alone, for the sake of memory."""
    if method not in PIXEL_COLORS:
        return recolored(painted, image, method)
    for top in range(0, painted.height, STRIP_ROWS):
        box = (0, top, painted.width, min(top + STRIP_ROWS, painted.height))
        painted.paste(recolored(painted.crop(box), image.crop(box), method), box)
    return painted


def _faults(strength: float, colors: str, size: int) -> list[str]:
    faults = []
    if not 0 <= strength <= 1:
        faults.append(f"strength is {strength}; allowed: 0 to 1")
    if colors not in FAST_COLORS:
        faults.append(f"colors is {colors!r}; fast styles allow: {', '.join(FAST_COLORS)}")
    if not LEAST_PX <= size <= MOST_PX:
        faults.append(f"size is {size}; fast styles allow: {LEAST_PX} to {MOST_PX}")
    return faults


def _scaled(image: Image.Image, size: int) -> Image.Image:
    """The picture with a longest side of at most `size`, as RGB or RGBA."""
    image = image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
    scale = min(1.0, size / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _to_array(image: Image.Image) -> Array:
    """(3, H, W) float32, sRGB in [0, 1]; transparent pixels are blended with GREY."""
    values = np.asarray(image, np.float32).transpose(2, 0, 1) / 255
    if image.mode == "RGBA":
        values = GREY + values[3:] * (values[:3] - GREY)
    return np.ascontiguousarray(values, np.float32)


def _to_image(picture: Array) -> Image.Image:
    pixels = np.rint(picture.clip(0, 1) * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
