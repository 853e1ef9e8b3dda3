"""One picture: neural style transfer and deep dream on interchangeable backbones.

`stylize(content, styles, config)` and `dream(image, config)` give a Result, `iterate` and
`iterate_dream` the same step by step. Importing this package does not import torch; the functions
do, when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from style.config import StylizeConfig
from style.dream_config import DreamConfig
from style.errors import ConfigError, PictureError, StyleError, UnknownBackbone, WeightsMissing
from style.masks import Masks
from style.preset import preset, preset_names

if TYPE_CHECKING:
    from style.dreaming import dream, iterate_dream
    from style.objectives import Objective, channel, layer, neuron
    from style.progress import Progress, Result
    from style.transfer import iterate, stylize

__all__ = [
    "ConfigError",
    "DreamConfig",
    "Masks",
    "Objective",
    "PictureError",
    "Progress",
    "Result",
    "StyleError",
    "StylizeConfig",
    "UnknownBackbone",
    "WeightsMissing",
    "channel",
    "dream",
    "iterate",
    "iterate_dream",
    "layer",
    "neuron",
    "preset",
    "preset_names",
    "stylize",
]


_LATE = dict.fromkeys(("Progress", "Result"), "progress")
_LATE |= dict.fromkeys(("iterate", "stylize"), "transfer")
_LATE |= dict.fromkeys(("dream", "iterate_dream"), "dreaming")
_LATE |= dict.fromkeys(("Objective", "channel", "layer", "neuron"), "objectives")


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"style.{_LATE[name]}"), name)
    raise AttributeError(f"module 'style' has no attribute {name!r}")
