"""What can go wrong with one picture.

StyleError (a ValueError)
├── ConfigError      a setting out of its range
├── OutOfMemory      a picture that does not fit into the memory there is
├── PictureError     a file that is no picture, or one too small or too large
├── UnknownBackbone  a name that the registry does not have
└── WeightsMissing   weights that cannot be had, or are not what they should be
"""


class StyleError(ValueError):
    """Base of every error that `style` raises on what a person gave."""


class ConfigError(StyleError):
    """A setting is out of its range; the message names all that are."""


class OutOfMemory(StyleError):
    """A picture does not fit into memory; the message says what would."""


class PictureError(StyleError):
    """A file is no picture, is damaged, too small or too large, or cannot be written."""


class UnknownBackbone(StyleError):
    """There is no backbone of that name."""


class WeightsMissing(StyleError):
    """Weights cannot be fetched, or do not have the contents that the registry states."""
