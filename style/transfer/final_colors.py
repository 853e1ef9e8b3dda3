"""The colours of a painting once it is painted. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from style.config.stylize import StylizeConfig
from style.pictures.colors import recolored, with_moments_of


def with_final_colors(
    image: Image.Image, content: Image.Image, styles: Sequence[Image.Image], config: StylizeConfig
) -> Image.Image:
    """A painted picture with the style's own colours, or the content's, as is configured.

    Neighbours take forms from the style, and their colours only roughly; so at the end they get the
    moments of `styles`, of which grey keeps the lightness. Give none where each region has styles
    of its own.
    """
    is_styles = config.colors in ("style", "grey")  # and not the content's
    if config.method == "neighbours" and is_styles and styles:
        image = with_moments_of(image, styles)
    if config.colors not in ("style", "matched"):
        image = recolored(image, content, config.colors)
    return image
