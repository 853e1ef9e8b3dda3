"""What a STYLE on the command line names: a picture, or a style that code draws. Needs no torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from style.config.drawn_prefix import DRAWN

if TYPE_CHECKING:
    from PIL import Image


def style_picture(path: Path) -> Image.Image:
    """The picture of a STYLE: a file, or one that code draws.

    Raises ConfigError for a name that is not drawn, and what `open_picture` raises.
    """
    from style.pictures.files import open_picture

    if (text := str(path)).startswith(DRAWN):
        from style.fast.drawing.styles import drawn

        return drawn(text.removeprefix(DRAWN))
    return open_picture(path)
