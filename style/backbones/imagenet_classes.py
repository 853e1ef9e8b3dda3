"""ImageNet's classes, for networks that still have their classification layer."""

from __future__ import annotations

import difflib

from style.backbones.backbone import Backbone
from style.backbones.layers import LOGITS
from style.errors import ConfigError

CLASSES = 1000  # of ImageNet
EXAMPLE = "squeezenet1_0"  # a backbone whose weights include the classification layer
SUGGESTED = 3  # most names that an error suggests


def logits_layer(backbone: Backbone) -> str:
    """The layer whose channels are ImageNet's classes, before the softmax.

    Raises ConfigError where the backbone has none.
    """
    if LOGITS not in backbone.layer_names():
        name = backbone.facts.name
        raise ConfigError(
            f"{name} is kept without its classification layer: choose a channel, a guide picture,"
            f" or a backbone that has that layer, such as {EXAMPLE}"
        )
    return LOGITS


def class_index(label: str) -> int:
    """The number of an ImageNet class, given by its number or its English name.

    Case does not matter, and an underscore counts as a blank. Raises ConfigError with the nearest
    names.
    """
    if label.isdecimal():
        if int(label) < CLASSES:
            return int(label)
        raise ConfigError(f"class is {label}; allowed: 0 to {CLASSES - 1}")
    names = [_normalised(name) for name in class_names()]
    name = _normalised(label)
    if name in names:
        return names.index(name)
    nearest = difflib.get_close_matches(name, names, SUGGESTED, 0.5)
    nearest = [*nearest, *(one for one in names if name in one)][:SUGGESTED]
    quoted = " or ".join(repr(one) for one in nearest)
    hint = f"did you mean {quoted}?" if nearest else f"give its number, 0 to {CLASSES - 1}"
    raise ConfigError(f"no ImageNet class {label!r}; {hint}")


def class_names() -> list[str]:
    """The names of ImageNet's classes in the order of the logits, as torchvision has them."""
    from torchvision.models import SqueezeNet1_0_Weights

    names: list[str] = SqueezeNet1_0_Weights.IMAGENET1K_V1.meta["categories"]
    return names


def _normalised(name: str) -> str:
    return name.lower().replace("_", " ")
