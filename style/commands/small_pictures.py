"""What a command says of a picture that is smaller than the size that was asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from style.config.dream import DreamConfig
    from style.config.stylize import StylizeConfig


def say_if_small(image: Image.Image, config: StylizeConfig | DreamConfig, path: Path) -> None:
    """Prints a line on stderr where the picture stays smaller than `config.size`."""
    if max(image.size) < config.size and not config.enlarge:
        print(
            f"{path} is {image.width}x{image.height} px and keeps that size;"
            f" --enlarge scales it up to {config.size}",
            file=sys.stderr,
        )
