"""What `least_side` finds for each layer at the default pooling and padding. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from style.backbones.registry import unsmoothed


def known_least_side(backbone: str, layers: Collection[str]) -> int:
    """The shorter side in pixels from which all of `layers` have a map.

    A layer that the table does not have needs nothing here: whoever loads the network sees it.
    """
    known = _table()[backbone]
    return max((known.get(layer, 1) for layer in layers), default=1)


def has_layer(backbone: str, layer: str) -> bool:
    """Whether a backbone has a layer, with all its weights."""
    return unsmoothed(layer) in _table()[backbone]


@cache
def _table() -> Mapping[str, Mapping[str, int]]:
    """By backbone and layer; made by `python -m tests.bench.least_sides`."""
    text = files("style.backbones").joinpath("least_sides.json").read_text("utf-8")
    table: dict[str, dict[str, int]] = json.loads(text)
    return table
