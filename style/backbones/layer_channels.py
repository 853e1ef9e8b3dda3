"""How many channels each layer of each backbone has. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from style.backbones.registry import unsmoothed


def known_channels(backbone: str, layer: str) -> int | None:
    """The number of channels; None for a layer that the table does not have."""
    return _table()[backbone].get(unsmoothed(layer))


def channel_fault(layer: str, count: int, index: int) -> str:
    """What is wrong with a channel of a layer with `count` channels; empty where nothing is."""
    return "" if 0 <= index < count else f"{layer} has channels 0 to {count - 1}, not {index}"


@cache
def _table() -> Mapping[str, Mapping[str, int]]:
    """By backbone and layer; made by `python -m tests.bench.layer_channels`."""
    text = files("style.backbones").joinpath("layer_channels.json").read_text("utf-8")
    table: dict[str, dict[str, int]] = json.loads(text)
    return table
