"""How to dream from noise: every setting with its default, help and limits. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from style.config import checked, objective_settings
from style.config.setting import setting


@dataclass(frozen=True)
class VisualizationConfig(objective_settings.ObjectiveConfig):
    """Settings of `style.visualize`.

    Raises ConfigError that names every setting that is wrong, UnknownBackbone for `backbone`.
    """

    backbone: str = checked.backbone("network that dreams")
    layer: str = objective_settings.layer()
    channel: int = objective_settings.channel()
    class_: str = objective_settings.class_()
    objective: str = objective_settings.objective()
    size: int = setting(
        224, "side of the square picture in pixels", least=32, most=2048,
        note=", but not below the backbone's least size",
    )  # fmt: skip
    steps: int = setting(192, "steps of gradient ascent", least=1, most=10_000)
    variants: int = setting(
        1, "pictures that are drawn together, each unlike the others", least=1, most=16
    )
    seed: int = checked.seed()
    device: str = checked.device("auto, cpu, cuda, cuda:1, mps ...")
    precision: str = checked.precision()
    pooling: str = checked.pooling()
    padding: str = checked.padding()
