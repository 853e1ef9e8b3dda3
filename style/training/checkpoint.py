"""Reads checkpoints of `lightning fit`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from data.torch_archive import check_unpacked_size


@dataclass(frozen=True)
class Checkpoint:
    """`settings`: of the module; `tensors`: those of its network, by their names in it.

    `stored`: all that the file has.
    """

    settings: dict[str, Any]
    tensors: dict[str, torch.Tensor]
    stored: dict[str, Any]


def read_checkpoint(path: Path, *, prefix: str) -> Checkpoint:
    """What a checkpoint has of the network whose tensors begin with `prefix`."""
    check_unpacked_size(path)
    whole = torch.load(path, map_location="cpu", weights_only=True)
    tensors = {
        name.removeprefix(prefix): tensor
        for name, tensor in whole["state_dict"].items()
        if name.startswith(prefix)
    }
    return Checkpoint(whole.get("hyper_parameters", {}), tensors, whole)
