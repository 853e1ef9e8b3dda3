"""Neural style transfer (Gatys et al., arXiv 1508.06576), coarse to fine, with a dream if wanted.

The same picture is optimised at growing sizes, each starting from the last one's result (Gatys et
al., arXiv 1611.07865): large strokes are laid cheaply on the small picture, the large one only
refines them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

from style.backbone import Backbone
from style.config import StylizeConfig
from style.device import chosen_device, low_precision, peak_memory_mb, seeded, versions
from style.errors import ConfigError
from style.losses import content_loss, gram_matrix, style_loss, variation_loss
from style.objectives import Objective as Dream
from style.objectives import named
from style.pictures import check_size, scaled
from style.tensors import to_picture, to_tensor
from style.unused import unused_objective, use_of_channels

SMALLEST = 128  # longest side in pixels of the pyramid's first picture
DROWSY = 1e-3  # added to a dream's objective before and after, as what was not there has no ratio
HISTORY = 10  # steps that L-BFGS remembers; 100 reaches 7 % lower at ten times the memory

Losses = dict[str, float]


@dataclass(frozen=True)
class Progress:
    """One step: at which of the pyramid's `scales`, its longest side, the losses there.

    `picture()` renders the picture as it stands. `measure`: what `losses["total"]` is.
    """

    scale: int
    scales: int
    size: int
    step: int
    steps: int
    losses: Losses
    picture: Callable[[], Image.Image]
    measure: str = "loss"

    @property
    def done(self) -> float:
        """Share of all steps that are done, from 0 to 1; steps at a larger size cost more."""
        return (self.scale * self.steps + self.step) / (self.scales * self.steps)


@dataclass(frozen=True)
class Result:
    """The picture, and a report that JSON can hold."""

    image: Image.Image
    report: dict[str, Any]


Run = Generator[Progress, None, Result]


def stylize(
    content: Image.Image,
    styles: Sequence[Image.Image],
    config: StylizeConfig | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    backbone: Backbone | None = None,
) -> Result:
    """`content` painted in the style of `styles`, which count alike.

    Pictures are RGB or RGBA in sRGB, as `style.pictures.open_picture` gives them. Raises
    PictureError, ConfigError, WeightsMissing. `on_progress` is called after every step; what it
    raises ends the run.
    """
    return completed(iterate(content, styles, config, backbone=backbone), on_progress)


def completed(run: Run, on_progress: Callable[[Progress], None] | None) -> Result:
    """Goes through a run to its end; what `on_progress` raises ends it."""
    while True:
        try:
            progress = next(run)
        except StopIteration as end:
            result: Result = end.value
            return result
        if on_progress:
            on_progress(progress)


def iterate(
    content: Image.Image,
    styles: Sequence[Image.Image],
    config: StylizeConfig | None = None,
    *,
    backbone: Backbone | None = None,
) -> Run:
    """`stylize` step by step: yields a Progress after each, returns the Result."""
    config = config or StylizeConfig()
    if not styles:
        raise ConfigError("give at least one style picture")
    for name, given in [("the content", content), *(("a style", style) for style in styles)]:
        check_size(given.size, name)
    device = chosen_device(config.device)
    autocast = low_precision(config.precision, device)
    network = (backbone or Backbone.load(config.backbone)).to(device)
    network = network.to(memory_format=torch.channels_last)
    goal = scaled(content, config.size)
    sizes = pyramid(max(goal.size), least=max(SMALLEST, network.facts.least_px))
    generator = seeded(config.seed)
    picture, losses, seconds = to_tensor(scaled(goal, sizes[0])), Losses(), []
    dream: Dream | None = None
    begun = time.perf_counter()
    for scale, size in enumerate(sizes):
        wanted = to_tensor(scaled(goal, size))
        picture = functional.interpolate(
            picture, size=wanted.shape[-2:], mode="bicubic", antialias=True, align_corners=False
        )
        # noise, so that L-BFGS does not start where the content's own loss has no slope
        picture = (picture + 0.01 * torch.randn(picture.shape, generator=generator)).clamp(0, 1)
        objective = Objective(
            network, wanted.to(device), [to_tensor(scaled(s, size)).to(device) for s in styles],
            config=config, autocast=autocast, dream=dream,
        )  # fmt: skip
        dream = objective.dream  # chosen once, at the first size
        pixels = picture.to(device).requires_grad_()
        started = time.perf_counter()
        for step, losses in enumerate(_descent(pixels, objective, steps=config.steps), start=1):
            yield Progress(
                scale, len(sizes), size, step, config.steps, losses, partial(to_picture, pixels)
            )
        seconds.append((time.perf_counter() - started) / config.steps)
        picture = pixels.detach().clamp(0, 1).cpu()
    image = to_picture(picture)
    if content.mode == "RGBA":
        image.putalpha(goal.getchannel("A"))
    report = {
        "backbone": network.facts.name,
        "config": asdict(config),
        "device": str(device),
        "precision": "bf16" if autocast else "float32",
        "size": list(image.size),
        "scales": sizes,
        "losses": losses,
        "seconds": round(time.perf_counter() - begun, 3),
        "seconds_per_step": [round(value, 4) for value in seconds],
        "peak_memory_mb": peak_memory_mb(device),
        "seed": config.seed,
        "versions": versions(),
    }
    if objective.dream:
        seen = objective.dreamt(picture.to(device))
        report["dream"] = {"objective": str(dream), "before": objective.awake, "after": seen}
    return Result(image, report)


def pyramid(longest: int, *, least: int = SMALLEST) -> list[int]:
    """Longest sides from coarse to fine, each twice the one before; the last is `longest`."""
    doublings = max(0, math.floor(math.log2(longest / least)))
    return [round(longest / 2**power) for power in range(doublings, -1, -1)]


class Objective:
    """The losses of a picture (1, 3, H, W) against the targets of one content and some styles."""

    def __init__(
        self,
        network: Backbone,
        content: torch.Tensor,
        styles: Sequence[torch.Tensor],
        *,
        config: StylizeConfig,
        autocast: bool,
        dream: Dream | None = None,
    ) -> None:
        self.network, self.config, self.autocast = network, config, autocast
        facts = network.facts
        self.layers = {*facts.style, *facts.content}
        with torch.no_grad():
            self.contents = self._features(content, set(facts.content))
            grams = [
                {name: gram_matrix(f) for name, f in self._features(s, set(facts.style)).items()}
                for s in styles
            ]
        self.grams = {
            name: torch.stack([gram[name] for gram in grams]).mean(dim=0) for name in facts.style
        }
        self.dream = dream or self._dream(content, styles)
        self.awake = self.dreamt(content) if self.dream else 0.0

    def __call__(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """Each term, unweighted, float32."""
        features = self._features(image, self.layers | self._dream_layers())
        terms = self._kept(features) | {"variation": variation_loss(image)}
        if self.dream:
            seen = (self.dream.value(features) + DROWSY) / (self.awake + DROWSY)
            terms["dream"] = -seen.clamp(min=DROWSY).log()
        return terms

    def _kept(self, features: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """What is compared with the pictures given."""
        style = [style_loss(features[name], gram) for name, gram in self.grams.items()]
        content = [content_loss(features[name], f) for name, f in self.contents.items()]
        return {
            "style": torch.stack(style).mean(),
            "content": torch.stack(content).mean(),
        }

    def total(self, terms: dict[str, torch.Tensor]) -> torch.Tensor:
        """The terms by their weights: what is made small."""
        weighted = [getattr(self.config, f"{name}_weight") * term for name, term in terms.items()]
        return torch.stack(weighted).sum()

    def _dream(self, content: torch.Tensor, styles: Sequence[torch.Tensor]) -> Dream | None:
        """The configuration's dream: none, what the losses leave free, or what it names."""
        if self.config.dream == "none":
            return None
        if self.config.dream != "auto":
            return named(self.config.dream)
        uses = use_of_channels(
            self.network,
            content,
            lambda features: self.total(self._kept(features)),
            frozenset(self.layers),
            styles,
        )
        return unused_objective(uses)

    def _dream_layers(self) -> set[str]:
        return set(self.dream.layers) if self.dream else set()

    @torch.no_grad()
    def dreamt(self, image: torch.Tensor) -> float:
        """How much of its dream is in a picture."""
        assert self.dream is not None
        return float(self.dream.value(self._features(image, self._dream_layers())))

    def _features(self, image: torch.Tensor, names: set[str]) -> dict[str, torch.Tensor]:
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.autocast):
            features: dict[str, torch.Tensor] = self.network(image, names)
        return features


def _descent(
    pixels: torch.Tensor, objective: Objective, *, steps: int
) -> Generator[Losses, None, None]:
    """Moves `pixels` down the objective by L-BFGS, one evaluation a step; keeps the best."""
    optimizer = torch.optim.LBFGS(
        [pixels], max_iter=1, history_size=HISTORY, tolerance_grad=0, tolerance_change=0
    )
    best, best_total = pixels.detach().clone(), math.inf
    losses = Losses()

    def closure() -> torch.Tensor:
        nonlocal best, best_total, losses
        optimizer.zero_grad()
        terms = objective(pixels)
        total = objective.total(terms)
        losses = {name: float(term.detach()) for name, term in terms.items()}
        losses["total"] = float(total.detach())
        if losses["total"] < best_total:
            best, best_total = pixels.detach().clone(), losses["total"]
        total.backward()  # type: ignore[no-untyped-call]
        return total

    for _ in range(steps):
        optimizer.step(closure)  # type: ignore[no-untyped-call]
        if not math.isfinite(losses["total"]):  # a step too far: start again from the best
            pixels.data.copy_(best)
            optimizer.state.clear()
        yield losses
    if losses["total"] > best_total:
        pixels.data.copy_(best)
