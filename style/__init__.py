"""One picture painted in the style of others: neural style transfer on interchangeable backbones.

`stylize(content, styles, config)` gives a Result, `iterate` the same step by step. Importing this
package does not import torch; the two functions do, when they are first asked for.
"""

from typing import TYPE_CHECKING, Any

from style.config import StylizeConfig
from style.errors import ConfigError, PictureError, StyleError, UnknownBackbone, WeightsMissing

if TYPE_CHECKING:
    from style.transfer import Progress, Result, iterate, stylize

__all__ = [
    "ConfigError",
    "PictureError",
    "Progress",
    "Result",
    "StyleError",
    "StylizeConfig",
    "UnknownBackbone",
    "WeightsMissing",
    "iterate",
    "stylize",
]


def __getattr__(name: str) -> Any:
    if name in {"Progress", "Result", "iterate", "stylize"}:
        from style import transfer

        return getattr(transfer, name)
    raise AttributeError(f"module 'style' has no attribute {name!r}")
