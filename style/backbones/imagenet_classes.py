"""The classes that a network was trained to tell apart, where it still has the layer that does."""

from __future__ import annotations

import difflib

from style.backbones.backbone import Backbone
from style.backbones.layers import LOGITS
from style.errors import ConfigError

CLASSES = 1000  # of ImageNet
EXAMPLE = "squeezenet1_0"  # a backbone whose weights come with that layer
NEAR = 3  # names that an error suggests


def head_of(backbone: Backbone) -> str:
    """The layer whose channels are ImageNet's classes, before the softmax; raises ConfigError."""
    if not backbone.network.has(LOGITS):
        name = backbone.facts.name
        raise ConfigError(
            f"{name} is kept without the layer that tells classes: choose a channel of it, a guide"
            f" picture, or a backbone that has it, such as {EXAMPLE}"
        )
    return LOGITS


def class_index(label: str) -> int:
    """The number of an ImageNet class, given by its number or its English name.

    Upper case and the underscore count as lower case and the blank. Raises ConfigError with the
    nearest names.
    """
    if label.isdecimal():
        if int(label) < CLASSES:
            return int(label)
        raise ConfigError(f"class {label}: there are 0 to {CLASSES - 1}")
    names = [_plain(name) for name in class_names()]
    wanted = _plain(label)
    if wanted in names:
        return names.index(wanted)
    near = difflib.get_close_matches(wanted, names, NEAR, 0.5)
    near = [*near, *(name for name in names if wanted in name)][:NEAR]
    hint = f"did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
    raise ConfigError(f"no ImageNet class {label!r}; {hint or 'give its number, 0 to 999'}")


def class_names() -> list[str]:
    """ImageNet's classes in the networks' order, as torchvision names them."""
    from torchvision.models import SqueezeNet1_0_Weights

    names: list[str] = SqueezeNet1_0_Weights.IMAGENET1K_V1.meta["categories"]
    return names


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")
