"""Neural style transfer and deep dream of one picture, on interchangeable backbones.

`stylize(content, styles, config)` and `dream(image, config)` return a Result; `iterate` and
`iterate_dream` yield a Progress after each step. Importing this package imports neither torch nor
numpy: the names that need them are imported when they are first used.
"""

from typing import TYPE_CHECKING

from data.imported_late import imported_late
from style.config.dream import DreamConfig
from style.config.presets import preset, preset_names
from style.config.stylize import StylizeConfig
from style.config.visualization import VisualizationConfig
from style.errors import (
    ConfigError,
    NotFinite,
    PictureError,
    StyleError,
    UnknownBackbone,
    WeightsMissing,
)

if TYPE_CHECKING:
    from style.dreams.dream import dream, iterate_dream
    from style.dreams.objectives import Objective, channel, layer, neuron
    from style.dreams.visualization import iterate_visualization, visualize
    from style.pictures.masks import Masks
    from style.runs.progress import Progress, Result
    from style.transfer.stylize import iterate, stylize

__all__ = [
    "ConfigError",
    "DreamConfig",
    "Masks",
    "NotFinite",
    "Objective",
    "PictureError",
    "Progress",
    "Result",
    "StyleError",
    "StylizeConfig",
    "UnknownBackbone",
    "VisualizationConfig",
    "WeightsMissing",
    "channel",
    "dream",
    "iterate",
    "iterate_dream",
    "iterate_visualization",
    "layer",
    "neuron",
    "preset",
    "preset_names",
    "stylize",
    "visualize",
]

# The modules of the names that need torch or numpy.
_IMPORTED_LATE = dict.fromkeys(("Progress", "Result"), "runs.progress")
_IMPORTED_LATE |= dict.fromkeys(("iterate", "stylize"), "transfer.stylize")
_IMPORTED_LATE |= dict.fromkeys(("dream", "iterate_dream"), "dreams.dream")
_IMPORTED_LATE |= dict.fromkeys(("iterate_visualization", "visualize"), "dreams.visualization")
_IMPORTED_LATE |= dict.fromkeys(("Objective", "channel", "layer", "neuron"), "dreams.objectives")
_IMPORTED_LATE |= {"Masks": "pictures.masks"}

__getattr__ = imported_late(__name__, _IMPORTED_LATE)
