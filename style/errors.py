"""The exceptions of `style`.

StyleError (a ValueError)
├── ConfigError      a setting is out of its range
├── NotFinite        a loss became infinite or not a number
├── OutOfMemory      a picture does not fit into the available memory
├── PictureError     a file is not a picture, or the picture is too small or too large
├── UnknownBackbone  the registry has no such backbone, or a backbone no such layer
└── WeightsMissing   weights are not available, or are not what they should be
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


class StyleError(ValueError):
    """Base of every error that `style` raises for what a person gave."""


class ConfigError(StyleError):
    """One or more settings are out of range; the message lists all of them."""


class NotFinite(StyleError):
    """A loss or its gradient became infinite or not a number.

    `picture`: what was painted until then; None where nothing was.
    """

    picture: Image.Image | None = None


class OutOfMemory(StyleError):
    """A picture does not fit into memory; the message says what would fit."""


class PictureError(StyleError):
    """A file is not a picture, is damaged, too small or too large, or cannot be written."""


class UnknownBackbone(StyleError):
    """There is no backbone, or no layer of a backbone, with that name."""


class WeightsMissing(StyleError):
    """Weights are not available, or differ from what the registry or the network expects."""
