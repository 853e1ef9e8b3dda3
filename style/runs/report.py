"""What a report says of any run: with what the picture was made, and what it took."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import torch

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.runs.device import peak_memory_mb, versions


def circumstances(
    config: StylizeConfig | DreamConfig,
    network: Backbone,
    device: torch.device,
    *,
    autocast: bool,
    begun: float,
) -> dict[str, Any]:
    """As JSON can hold it. `begun`: when, by `time.perf_counter`."""
    return {
        "backbone": network.facts.name,
        "config": asdict(config),
        "device": str(device),
        "precision": "bf16" if autocast else "float32",
        "seconds": round(time.perf_counter() - begun, 3),
        "peak_memory_mb": peak_memory_mb(device),
        "seed": config.seed,
        "versions": versions(),
    }
