"""How to dream: every setting with its default, as the command line shows them."""

from __future__ import annotations

from dataclasses import dataclass

from style.config import setting
from style.errors import ConfigError
from style.registry import DEFAULT, facts_of, variant_faults


@dataclass(frozen=True)
class DreamConfig:
    """Settings of `style.dream`. Raises ConfigError that names all that are out of range."""

    backbone: str = setting(DEFAULT, "network that dreams")
    layer: str = setting("", "layer that dreams; the backbone's own by default")
    channel: int = setting(-1, "one of the layer's channels; -1 for all")
    size: int = setting(512, "longest side of the result in pixels; never enlarged")
    octaves: int = setting(4, "sizes, from coarse to fine")
    octave_scale: float = setting(1.4, "how much larger each is than the one before")
    steps: int = setting(10, "steps at each size")
    step_size: float = setting(0.012, "mean change of a pixel in a step, of white")
    jitter_px: int = setting(32, "most pixels that the picture is shifted by in a step")
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
            f"channel is {self.channel}; it is -1 or more": self.channel >= -1,
            f"seed is {self.seed}; it is 0 or more": self.seed >= 0,
        }
        wrong = [message for message, holds in checks.items() if not holds]
        wrong += variant_faults(facts_of(self.backbone), self.pooling, self.padding)
        if wrong:
            raise ConfigError("; ".join(wrong))
