"""Whether a picture is painted whole or in parts, and in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from style.backbones.backbone import Backbone
from style.config.memory_size import bytes_of
from style.config.stylize import StylizeConfig
from style.transfer.parts.memory_need import Need, compared
from style.transfer.parts.strips import can_stream

SHARED_PX = 1024  # longest side from which on several devices share a picture
OVERLAP_PX = 256  # what the halves of a shared picture see beyond their own, both together


@dataclass(frozen=True)
class Cut:
    """Into tiles of at most `longest` pixels a side; or strips of as many pixels as such a tile."""

    longest: int
    streams: bool


def cut_of(
    size: tuple[int, int],
    *,
    need: Need | None,
    config: StylizeConfig,
    network: Backbone,
    devices: Sequence[torch.device],
) -> Cut | None:
    """How a picture of a width and height is cut, None where it is painted as a whole.

    Strips compute nothing twice, but go one after the other. `need`: what a painting with this
    configuration takes, if it has a budget. Raises ConfigError where the network cannot paint in
    parts, OutOfMemory where none fits.
    """
    budget = bytes_of(config.max_memory)
    longest = need.longest_tile(*size, budget) if need and budget else 0
    if not longest and len(devices) > 1 and max(size) >= SHARED_PX:
        longest = max(size) // 2 + OVERLAP_PX
    if not longest:
        return None
    names = compared(network, config)
    streams = len(devices) == 1 and can_stream(network, names, size[0], pixels=longest**2)
    return Cut(longest, streams)
