"""Paintings that are stopped and resumed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from style import StylizeConfig, iterate
from style.backbones.backbone import Backbone
from style.runs.checkpoint import CheckpointFile
from style.runs.progress import Result, run_until_interrupted

Given = tuple[Image.Image, Sequence[Image.Image], StylizeConfig]


def stopped(given: Given, backbone: Backbone, file: Path, steps: int) -> None:
    """Paints some steps, and leaves the checkpoint in `file`."""
    run = iterate(*given, backbone=backbone, checkpoint=CheckpointFile(file))
    for _ in range(steps):
        next(run)
    run.close()


def resumed(given: Given, backbone: Backbone, file: Path) -> Result:
    """Paints on from the checkpoint in `file` to the end."""
    run = iterate(*given, backbone=backbone, checkpoint=CheckpointFile(file, resume=True))
    return run_until_interrupted(run, None)
