"""How to dream in a picture: each setting with its default, help and limits. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from style.config import checked, objective_settings
from style.config.setting import setting


@dataclass(frozen=True)
class DreamConfig(objective_settings.ObjectiveConfig):
    """Settings of `style.dream`.

    Raises ConfigError that names every setting that is wrong, UnknownBackbone for `backbone`.
    """

    backbone: str = checked.backbone("network that dreams")
    layer: str = objective_settings.layer()
    channel: int = objective_settings.channel()
    class_: str = objective_settings.class_()
    objective: str = objective_settings.objective()
    size: int = checked.size()
    octaves: int = setting(
        4, "number of sizes that it dreams at, from coarse to fine", least=1, most=20
    )
    octave_scale: float = setting(1.4, "ratio of each size to the one before", least=1.05, most=4)
    steps: int = checked.steps(10, "steps at each size")
    step_size: float = checked.step_size(
        0.012, "mean change of a pixel in a step, as a fraction of white"
    )
    jitter_px: int = setting(
        32, "largest random shift of the picture in a step, in pixels", least=0, most=512
    )
    bands: int = setting(
        4, "bands of detail that each step makes equally strong; 1 for none", least=1, most=10
    )
    smoothing_px: float = setting(
        0.0, "width of the blur of each step, in pixels; 0 for none", least=0, most=32
    )
    frames: int = setting(
        1, "frames of an endless zoom, each dreamt in the one before", least=1, most=10_000
    )
    zoom: float = setting(1.05, "ratio that each frame is enlarged by", least=1, most=2)
    enlarge: bool = checked.enlarge()
    seed: int = checked.seed()
    device: str = checked.device("auto, cpu, cuda, cuda:1, mps ...")
    precision: str = checked.precision()
    pooling: str = checked.pooling()
    padding: str = checked.padding()

    def _combination_faults(self) -> list[str]:
        """A zoom that no second frame would show, and what an objective may not be."""
        faults = super()._combination_faults()
        if self.frames == 1 and self.zoom != type(self).zoom:
            faults.append(f"zoom is {self.zoom}, and there is one frame: give frames")
        return faults
