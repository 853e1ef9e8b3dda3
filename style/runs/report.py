"""The part of a report that every run has: its settings and what it took."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import torch

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.config.visualization import VisualizationConfig
from style.runs.device import peak_memory_mb, versions


def run_report(
    config: StylizeConfig | DreamConfig | VisualizationConfig,
    network: Backbone,
    device: torch.device,
    *,
    autocast: bool,
    started: float,
) -> dict[str, Any]:
    """Settings, device, precision, time and memory of a run, as values that JSON can hold.

    `autocast`: whether features were computed in bfloat16. `started`: `time.perf_counter()` at the
    start of the run.
    """
    return {
        "backbone": network.facts.name,
        "config": asdict(config),
        "device": str(device),
        "precision": "bf16" if autocast else "float32",
        "seconds": round(time.perf_counter() - started, 3),
        "peak_memory_mb": peak_memory_mb(device),
        "seed": config.seed,
        "versions": versions(),
    }
