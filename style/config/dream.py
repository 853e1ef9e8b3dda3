"""How to dream: every setting with its default, as the command line shows them."""

from __future__ import annotations

from dataclasses import dataclass

from style.backbones.registry import DEFAULT, facts_of, variant_faults
from style.config.objective_grammar import parsed
from style.config.setting import PRECISIONS, setting
from style.errors import ConfigError


@dataclass(frozen=True)
class DreamConfig:
    """Settings of `style.dream`. Raises ConfigError that names all that are out of range."""

    backbone: str = setting(DEFAULT, "network that dreams")
    layer: str = setting("", "layer that dreams", unset="the backbone's own")
    channel: int = setting(-1, "one of the layer's channels; -1 for all")
    class_: str = setting(
        "", "class of ImageNet to see, by name or number, where the backbone tells classes"
    )
    objective: str = setting(
        "", "several at once, in place of the three above: 'relu4_2:20 + 0.5*relu5_1 - relu3_1:5'"
    )
    size: int = setting(512, "longest side of the result in pixels; never enlarged")
    octaves: int = setting(4, "sizes, from coarse to fine")
    octave_scale: float = setting(1.4, "how much larger each is than the one before")
    steps: int = setting(10, "steps at each size")
    step_size: float = setting(0.012, "mean change of a pixel in a step, of white")
    jitter_px: int = setting(32, "most pixels that the picture is shifted by in a step")
    bands: int = setting(4, "bands of detail that each step makes equally strong; 1 for none")
    smoothing_px: float = setting(0.0, "width of the blur of each step in pixels; 0 for none")
    frames: int = setting(1, "frames of an endless zoom, each dreamt in the one before")
    zoom: float = setting(1.05, "how much each frame enlarges the one before")
    seed: int = setting(0, "same seed, same picture on a CPU")
    device: str = setting("auto", "auto, cpu, cuda, cuda:1, mps ...")
    precision: str = setting("auto", "auto, bf16 or float32")
    pooling: str = setting("max", "max, average or l2: how the network halves its maps")
    padding: str = setting("zeros", "zeros, replicate or reflect: what is beyond a border")

    def __post_init__(self) -> None:
        least = facts_of(self.backbone).least_px
        checks = {
            f"size is {self.size}; it is {least} to 8192": least <= self.size <= 8192,
            f"octaves is {self.octaves}; it is 1 to 20": 1 <= self.octaves <= 20,
            f"octave_scale is {self.octave_scale}; it is 1.05 to 4": 1.05 <= self.octave_scale <= 4,
            f"steps is {self.steps}; it is 1 to 10000": 1 <= self.steps <= 10_000,
            f"step_size is {self.step_size}; it is above 0, to 1": 0 < self.step_size <= 1,
            f"jitter_px is {self.jitter_px}; it is 0 to 512": 0 <= self.jitter_px <= 512,
            f"bands is {self.bands}; it is 1 to 10": 1 <= self.bands <= 10,
            f"smoothing_px is {self.smoothing_px}; it is 0 to 32": 0 <= self.smoothing_px <= 32,
            f"frames is {self.frames}; it is 1 to 10000": 1 <= self.frames <= 10_000,
            f"zoom is {self.zoom}; it is 1 to 2": 1 <= self.zoom <= 2,
            f"channel is {self.channel}; it is -1 or more": self.channel >= -1,
            f"seed is {self.seed}; it is 0 to {2**63 - 1}": 0 <= self.seed < 2**63,
            f"precision is {self.precision!r}; it is one of {', '.join(PRECISIONS)}": (
                self.precision in PRECISIONS
            ),
            "objective stands in place of layer, channel and class: give it or them": not (
                self.objective and (self.layer or self.channel >= 0 or self.class_)
            ),
            "class stands in place of layer and channel: give it or them": not (
                self.class_ and (self.layer or self.channel >= 0)
            ),
        }
        wrong = [message for message, holds in checks.items() if not holds]
        wrong += variant_faults(facts_of(self.backbone), self.pooling, self.padding)
        if self.objective:
            try:
                parsed(self.objective)
            except ConfigError as error:
                wrong.append(str(error))
        if wrong:
            raise ConfigError("; ".join(wrong))
