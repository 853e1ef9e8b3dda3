"""Masks: which part of the content is painted like which part of a style.

A mask is a picture of plain colours. Regions of the same colour belong together, as in the guides
of Gatys et al., arXiv 1611.07865, and the colour codes of neural doodles. Needs no torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from style.errors import ConfigError
from style.pictures.mask_colors import MASK_COLORS
from style.pictures.shapes import check_same_shape

OUTSIDE = -1  # the index of transparent pixels


@dataclass(frozen=True)
class Masks:
    """One mask for the content and one for each style.

    A mask is a picture, or the name of one of MASK_COLORS for all of it. A region of the content is
    painted like the regions of the styles that have its colour. A region whose colour no style has
    is left unchanged. A style without a mask is all white. Each channel of a mask is rounded to 0
    or 255, which gives the nearest of MASK_COLORS. Alpha is rounded too: pixels less than half
    opaque are outside every region.
    """

    content: Image.Image | str = "white"
    styles: tuple[Image.Image | str, ...] = ()


@dataclass(frozen=True)
class Region:
    """One colour's region of the content and of each style: "L" pictures, 255 inside.

    None stands for a style that does not have the colour.
    """

    color: str
    content: Image.Image
    styles: tuple[Image.Image | None, ...]


def regions(
    masks: Masks,
    content: Image.Image,
    styles: Sequence[Image.Image],
    weights: Sequence[float] = (),
) -> tuple[Region, ...]:
    """The regions of the content that are painted, each mask at the size of its picture.

    `weights`: of the styles; a style of weight 0 is ignored. Without weights all styles count.
    Raises ConfigError where a mask does not fit its picture, or where no region would be painted.
    """
    if len(masks.styles) > len(styles):
        raise ConfigError(f"{len(masks.styles)} style masks for {len(styles)} styles")
    style_masks = (*masks.styles, *["white"] * (len(styles) - len(masks.styles)))
    weights = weights or [1.0] * len(styles)
    in_content = _region_by_color(masks.content, content, "the content")
    in_styles = [
        _region_by_color(mask, style, "a style") if weight else {}
        for mask, style, weight in zip(style_masks, styles, weights, strict=True)
    ]
    painted = tuple(
        Region(color, region, tuple(one.get(color) for one in in_styles))
        for color, region in in_content.items()
        if any(color in one for one in in_styles)
    )
    if not painted:
        style_colors = sorted({color for one in in_styles for color in one})
        raise ConfigError(
            f"nothing would be painted: the content's mask has {_listed(in_content)},"
            f" the styles' masks have {_listed(style_colors)}"
        )
    return painted


def union(regions: Sequence[Region]) -> Image.Image:
    """An "L" picture of the content: 255 inside any of the regions."""
    total = sum(np.asarray(region.content, np.int32) for region in regions)
    return Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))


def _region_by_color(
    mask: Image.Image | str, picture: Image.Image, name: str
) -> dict[str, Image.Image]:
    """An "L" picture for each colour of a mask, at the size of its picture."""
    if isinstance(mask, str):
        if mask not in MASK_COLORS:
            raise ConfigError(
                f"the mask of {name} is {mask!r}; it is a picture or one of"
                f" {', '.join(MASK_COLORS)}"
            )
        return {mask: Image.new("L", picture.size, 255)}
    check_same_shape(mask, f"the mask of {name}", picture, "its picture")
    indices = _color_indices(mask)
    return {
        MASK_COLORS[index]: Image.fromarray(
            np.where(indices == index, 255, 0).astype(np.uint8)
        ).resize(picture.size, Image.Resampling.BOX)
        for index in np.unique(indices).tolist()
        if index != OUTSIDE
    }


def _color_indices(mask: Image.Image) -> NDArray[np.int64]:
    """The index in MASK_COLORS of each pixel, (H, W); OUTSIDE where it is transparent."""
    is_bright = np.asarray(mask.convert("RGBA")) > 127  # three colours and alpha
    indices: NDArray[np.int64] = is_bright[..., :3] @ np.array([4, 2, 1])
    return np.where(is_bright[..., 3], indices, OUTSIDE)


def _listed(colors: Iterable[str]) -> str:
    return ", ".join(colors) or "no colour (it is transparent)"
