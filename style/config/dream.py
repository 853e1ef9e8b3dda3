"""How to dream: every setting with its default, its help and its limits. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from style.config import checked
from style.config.objective_grammar import parse_objective
from style.config.setting import setting
from style.errors import ConfigError


@dataclass(frozen=True)
class DreamConfig(checked.CheckedConfig):
    """Settings of `style.dream`.

    Raises ConfigError that names every setting that is wrong, UnknownBackbone for `backbone`.
    """

    backbone: str = checked.backbone("network that dreams")
    layer: str = setting("", "layer whose activation grows", unset="the backbone's own")
    channel: int = setting(-1, "one of the layer's channels; -1 for all", least=-1)
    class_: str = setting(
        "", "class of ImageNet to see, by name or number; not every backbone has classes"
    )
    objective: str = setting(
        "", "a sum, in place of the three above: 'relu4_2:20 + 0.5*relu5_1 - relu3_1:5'"
    )
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
        """Two things to dream of at once, and an objective that cannot be read."""
        faults = []
        names_layer = bool(self.layer) or self.channel >= 0
        if self.objective and (names_layer or self.class_):
            faults.append("objective replaces layer, channel and class: give it or them")
        if self.class_ and names_layer:
            faults.append("class replaces layer and channel: give it or them")
        if self.objective:
            try:
                parse_objective(self.objective)
            except ConfigError as error:
                faults.append(str(error))
        return faults
