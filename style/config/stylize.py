"""How to stylize: every setting with its default, as the command line shows them."""

from __future__ import annotations

from dataclasses import dataclass

from style.backbones.registry import DEFAULT, facts_of, variant_faults
from style.config.layer_weights import layer_shares, weights
from style.config.memory_size import bytes_of
from style.config.setting import PRECISIONS, setting
from style.errors import ConfigError

OPTIMIZERS = ("lbfgs", "adam")
INITS = ("content", "noise")
COLORS = ("style", "grey", "matched", "luminance", "lab", "histogram")
STYLE_LOSSES = ("gram", "covariance", "wasserstein")


@dataclass(frozen=True)
class StylizeConfig:
    """Settings of `style.stylize`. Raises ConfigError that names all that are out of range."""

    backbone: str = setting(DEFAULT, "network whose features are compared")
    size: int = setting(512, "longest side of the result in pixels; never enlarged")
    steps: int = setting(100, "steps at each size of the pyramid")
    init: str = setting("content", "content, noise or a picture: where the painting starts")
    colors: str = setting(
        "style",
        "style, grey, or the content's by matched, luminance, lab or histogram (docs/style.md)",
    )
    optimizer: str = setting("lbfgs", "lbfgs or adam: how the picture is moved")
    step_size: float = setting(0.02, "of adam: change of a pixel in a step, of white")
    style_weight: float = setting(1.0, "how much the styles count")
    content_weight: float = setting(0.05, "how much the content counts")
    variation_weight: float = setting(0.5, "how much smoothness counts")
    style_loss: str = setting(
        "gram", "gram, covariance or wasserstein: how a style is compared (docs/style.md)"
    )
    style_layers: str = setting(
        "", "layers that the style is taken from: relu1_1=1,relu2_1=0.5", unset="the backbone's own"
    )
    content_layers: str = setting(
        "", "layers that the content is kept in, likewise", unset="the backbone's own"
    )
    style_weights: str = setting("", "weights of the styles in their order: 1,0.5", unset="alike")
    style_scale: float = setting(
        1.0, "size of the style pictures, of the result's: less, finer strokes; never enlarged"
    )
    dream: str = setting(
        "none",
        "dream as well: auto (where style and content leave room), LAYER, LAYER:CHANNEL or a sum",
    )
    dream_weight: float = setting(
        0.01, "how much the dream counts, in shares of what style and content weigh by then"
    )
    seed: int = setting(0, "same seed, same picture on a CPU")
    device: str = setting(
        "auto", "auto, cpu, cuda, cuda:1, mps ...; several with commas take tiles in turn"
    )
    max_memory: str = setting(
        "", "most memory, such as 2GB: what takes more is painted in parts", unset="no limit"
    )
    precision: str = setting("auto", "auto, bf16 or float32")
    pooling: str = setting("max", "max, average or l2: how the network halves its maps")
    padding: str = setting("zeros", "zeros, replicate or reflect: what is beyond a border")

    def __post_init__(self) -> None:
        facts = facts_of(self.backbone)
        checks = {
            f"size is {self.size}; it is {facts.least_px} to 8192": (
                facts.least_px <= self.size <= 8192
            ),
            f"steps is {self.steps}; it is 1 to 10000": 1 <= self.steps <= 10_000,
            f"precision is {self.precision!r}; it is one of {', '.join(PRECISIONS)}": (
                self.precision in PRECISIONS
            ),
            f"init is {self.init!r}; it is {', '.join(INITS)} or the file of a picture": (
                self.init in INITS
            ),
            f"colors is {self.colors!r}; it is one of {', '.join(COLORS)}": self.colors in COLORS,
            f"optimizer is {self.optimizer!r}; it is one of {', '.join(OPTIMIZERS)}": (
                self.optimizer in OPTIMIZERS
            ),
            f"style_loss is {self.style_loss!r}; it is one of {', '.join(STYLE_LOSSES)}": (
                self.style_loss in STYLE_LOSSES
            ),
            f"style_scale is {self.style_scale}; it is 0.1 to 10": 0.1 <= self.style_scale <= 10,
            f"step_size is {self.step_size}; it is above 0, to 1": 0 < self.step_size <= 1,
            f"seed is {self.seed}; it is 0 to {2**63 - 1}": 0 <= self.seed < 2**63,
        } | {
            f"{name} is {value}; it is 0 to 1e9": 0 <= value <= 1e9
            for name in ("style_weight", "content_weight", "variation_weight", "dream_weight")
            for value in [getattr(self, name)]
        }
        wrong = [message for message, holds in checks.items() if not holds]
        wrong += variant_faults(facts_of(self.backbone), self.pooling, self.padding)
        for read, name in (
            (layer_shares, "style_layers"), (layer_shares, "content_layers"),
            (weights, "style_weights"), (bytes_of, "max_memory"),
        ):  # fmt: skip
            try:
                read(getattr(self, name))
            except ConfigError as error:
                wrong.append(f"{name} {error}")
        if wrong:
            raise ConfigError("; ".join(wrong))
