"""How to stylize: every setting with its default, its help and its limits. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from style.config import checked
from style.config.layer_weights import layer_weights, style_weights
from style.config.memory_size import parse_bytes
from style.config.objective_faults import term_faults
from style.config.objective_grammar import ParsedTerm, parse_objective
from style.config.setting import setting
from style.errors import ConfigError

OPTIMIZERS = ("lbfgs", "adam")
INITS = ("content", "noise")
COLORS = ("style", "grey", "matched", "luminance", "lab", "histogram")
STYLE_LOSSES = ("gram", "covariance", "wasserstein")
METHODS = ("gatys", "neighbours")
NO_OBJECTIVE = ("none", "auto")  # dreams that are no sum


def check_dream(text: str) -> None:
    """Raises ConfigError for a dream that cannot be read, or not be dreamt within a painting."""
    for term in _dream_terms(text):
        if term.is_guide:
            raise ConfigError(
                f"{text!r} has {term.layer}:guide, and a painting has no guide picture: give"
                f" {term.layer} or its channels, or use hitsujun dream"
            )
        if term.weight <= 0:  # as a ratio can only grow
            raise ConfigError(
                f"{text!r} has {term.layer or 'class:' + term.label} with a minus or the weight 0;"
                " within a painting every term has a plus: leave it out, or use hitsujun dream"
            )


def _dream_terms(text: str) -> Sequence[ParsedTerm]:
    return () if text in NO_OBJECTIVE else parse_objective(text)


@dataclass(frozen=True)
class StylizeConfig(checked.CheckedConfig):
    """Settings of `style.stylize`.

    Raises ConfigError that names every setting that is wrong, UnknownBackbone for `backbone`.
    """

    backbone: str = checked.backbone("network whose features are compared")
    size: int = checked.size()
    steps: int = checked.steps(100, "steps at each scale of the pyramid")
    method: str = setting(
        "gatys", "what a style is: its statistics, or its pieces (docs/style.md)", choices=METHODS
    )
    init: str = setting(
        "content",
        "what the painting starts from",
        choices=INITS,
        note=" or the file of a picture",
    )
    colors: str = setting("style", "whose colours the result has (docs/style.md)", choices=COLORS)
    optimizer: str = setting("lbfgs", "optimizer of the pixels", choices=OPTIMIZERS)
    step_size: float = checked.step_size(
        0.02, "of adam: change of a pixel in a step, as a fraction of white"
    )
    style_weight: float = setting(1.0, "weight of the style loss", least=0, most=1e9)
    strength: float = setting(
        0.5,
        "how much of the photograph the style takes: 0 hardly any, 1 nearly all",
        least=0,
        most=1,
    )
    content_weight: float | None = setting(
        None,
        "weight of the content loss, in place of the strength",
        unset="found while painting, by the strength",
        least=0,
        most=1e9,
        kind=float,
    )
    variation_weight: float = setting(
        0.5, "weight of the variation loss: more, smoother", least=0, most=1e9
    )
    style_loss: str = setting(
        "gram", "how styles are compared (docs/style.md)", choices=STYLE_LOSSES
    )
    style_layers: str = setting(
        "",
        "layers of the style loss, with weights: relu1_1=1,relu2_1=0.5",
        unset="the backbone's own",
        parse=layer_weights,
    )
    content_layers: str = setting(
        "",
        "layers of the content loss, with weights",
        unset="the backbone's own",
        parse=layer_weights,
    )
    style_weights: str = setting(
        "", "weights of the styles in their order: 1,0.5", unset="equal", parse=style_weights
    )
    style_scale: float = setting(
        1.0,
        "size of the style pictures relative to the result: less, finer strokes; never enlarged",
        least=0.1,
        most=10,
    )
    dream: str = setting(
        "none",
        "dream as well: auto (where style and content leave room), LAYER, LAYER:CHANNEL or a sum",
        parse=check_dream,
    )
    dream_weight: float = setting(
        0.01,
        "weight of the dream, relative to the smaller weighted loss (style, content) at its start",
        least=0,
        most=1e9,
    )
    enlarge: bool = checked.enlarge()
    seed: int = checked.seed()
    device: str = checked.device(
        "auto, cpu, cuda, cuda:1, mps ...; of several, joined by commas, each takes tiles in turn"
    )
    max_memory: str = setting(
        "",
        "memory limit, such as 2GB: a picture that needs more is painted in parts",
        unset="no limit",
        parse=parse_bytes,
    )
    precision: str = checked.precision()
    pooling: str = checked.pooling()
    padding: str = checked.padding()

    def _combination_faults(self) -> list[str]:
        faults = self._balance_faults() + self._dream_faults() + self._unread_faults()
        return faults + (self._neighbours_faults() if self.method == "neighbours" else [])

    def _dream_faults(self) -> list[str]:
        """Classes and channels that the network does not have."""
        try:
            terms = _dream_terms(self.dream)
        except ConfigError:  # which the setting itself reports
            return []
        return [f"dream: {fault}" for fault in term_faults(terms, self.backbone)]

    def _unread_faults(self) -> list[str]:
        """Settings that nothing would read."""
        faults = []
        if self.dream == "none" and self.dream_weight != type(self).dream_weight:
            faults.append(f"dream_weight is {self.dream_weight}, and there is no dream: give dream")
        if self.optimizer == "lbfgs" and self.step_size != type(self).step_size:
            faults.append(f"step_size is {self.step_size}, which only the optimizer adam reads")
        return faults

    def _balance_faults(self) -> list[str]:
        if self.content_weight is None or self.strength == type(self).strength:
            return []
        return [
            f"strength is {self.strength} and content_weight {self.content_weight}: give one of the"
            " two, as the strength finds the weight"
        ]

    def _neighbours_faults(self) -> list[str]:
        faults = []
        if self.style_loss != "gram":
            faults.append(
                f"style_loss is {self.style_loss}, which compares statistics: leave it out with"
                " method neighbours, or give method gatys"
            )
        if len(set(_weights_or_none(self.style_weights))) > 1:
            faults.append(
                f"style_weights is {self.style_weights!r}, but with method neighbours all styles"
                " count alike: leave it out, or give method gatys"
            )
        return faults


def _weights_or_none(text: str) -> list[float]:
    """Weights of styles; none where the text is none, which the setting itself reports."""
    try:
        return style_weights(text)
    except ConfigError:
        return []
