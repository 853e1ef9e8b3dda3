"""The names of ImageNet's classes, and their numbers. Needs no torch."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files

from style.errors import ConfigError

CLASSES = 1000  # of ImageNet
SUGGESTED = 3  # most names that an error suggests
EXAMPLE = "squeezenet1_0"  # a backbone whose weights include the classification layer
MOST_DIGITS = 9  # of a number of a class


def class_index(label: str) -> int:
    """The number of an ImageNet class, given by its number or its English name.

    Case does not matter, and an underscore counts as a blank. Raises ConfigError with the nearest
    names.
    """
    if label.isdecimal():
        if len(label) <= MOST_DIGITS and int(label) < CLASSES:
            return int(label)
        raise ConfigError(f"class is {label[:80]}; allowed: 0 to {CLASSES - 1}")
    names = [_normalised(name) for name in class_names()]
    name = _normalised(label)
    if name in names:
        return names.index(name)
    nearest = difflib.get_close_matches(name, names, SUGGESTED, 0.5)
    nearest = [*nearest, *(one for one in names if name in one)][:SUGGESTED]
    quoted = " or ".join(repr(one) for one in nearest)
    hint = f"did you mean {quoted}?" if nearest else f"give its number, 0 to {CLASSES - 1}"
    raise ConfigError(f"no ImageNet class {label!r}; {hint}")


@cache
def class_names() -> tuple[str, ...]:
    """The names of ImageNet's classes in the order of the logits, as torchvision has them."""
    text = files("style.backbones").joinpath("imagenet_classes.txt").read_text("utf-8")
    return tuple(text.splitlines())


def without_classes(backbone: str) -> str:
    """What an error says about a class and a backbone that has no classes."""
    return (
        f"{backbone} is kept without its classification layer: choose a channel, a guide picture,"
        f" or a backbone that has that layer, such as {EXAMPLE}"
    )


def _normalised(name: str) -> str:
    return name.lower().replace("_", " ")
