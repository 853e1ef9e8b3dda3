"""A painting at all sizes of its pyramid: what is compared at each, and how the next begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.config.layer_weights import weights
from style.config.stylize import StylizeConfig
from style.losses.statistics import Statistics
from style.pictures.colors import recolored
from style.pictures.files import scaled
from style.pictures.masks import Masks, regions, union
from style.pictures.tensors import to_picture, to_tensor
from style.runs.device import chosen_devices, low_precision, seeded
from style.runs.progress import Losses, Progress
from style.transfer.criterion import Objective
from style.transfer.inner_dream import PaintedDream
from style.transfer.parts.division import Cut, cut_of
from style.transfer.parts.memory_need import Need, need_of
from style.transfer.parts.streamed_criterion import StreamedObjective
from style.transfer.parts.tiled_criterion import TiledObjective
from style.transfer.pyramid import SMALLEST, pyramid
from style.transfer.region_weights import place_of

# Statistics of the styles by layer, for each region: by size in pixels, and colours of the regions
Known = dict[tuple[int, tuple[str, ...]], Sequence[Mapping[str, Statistics]]]
NOISE = 0.1  # standard deviation of noise to start from, of white
STIR = 0.01  # of that before each size, without which the content's own loss has no slope there
GROWTH = 4.0  # how much more a step costs at the next scale, which has so many times the pixels


class Painting:
    """One content in some styles; `picture` (1, 3, H, W) is what there is so far, on the CPU."""

    def __init__(
        self,
        content: Image.Image,
        styles: Sequence[Image.Image],
        config: StylizeConfig,
        *,
        backbone: Backbone,
        start: Image.Image | None = None,
        masks: Masks | None = None,
        known: Known | None = None,
    ) -> None:
        self.config, self.styles = config, styles
        self.devices = chosen_devices(config.device)
        self.device = self.devices[0]
        self.autocast = low_precision(config.precision, self.device)
        self.network = backbone.placed(self.device)
        self.goal = scaled(content, config.size)
        self.sizes = pyramid(max(self.goal.size), least=max(SMALLEST, self.network.facts.least_px))
        self.generator = seeded(config.seed)
        self.known: Known = {} if known is None else known
        if config.colors == "matched":  # the styles are others for each content
            self.known = {}
            self.styles = [recolored(style, self.goal, config.colors) for style in styles]
        shares = weights(config.style_weights)
        self.found = regions(masks, self.goal, self.styles, shares) if masks else ()
        self.picture = self._begun(start)
        self.dream: PaintedDream | None = None

    def grown(self, scale: int) -> torch.Tensor:
        """The picture at a scale's size, on the device, a little stirred."""
        width, height = scaled(self.goal, self.sizes[scale]).size
        picture = functional.interpolate(
            self.picture, size=(height, width), mode="bicubic", antialias=True, align_corners=False
        )
        picture += STIR * torch.randn(picture.shape, generator=self.generator)
        return picture.clamp(0, 1).to(self.device).requires_grad_()

    def objective(self, scale: int) -> Objective:
        """What it is measured by at a scale; in tiles where memory or several devices ask for it.

        Raises ConfigError where tiles cannot be had, OutOfMemory where none fits.
        """
        size = self.sizes[scale]
        content = scaled(self.goal, size)
        style_size = max(self.network.facts.least_px, round(size * self.config.style_scale))
        styles = [scaled(style, style_size) for style in self.styles]
        key = size, tuple(region.color for region in self.found)
        given = to_tensor(content).to(self.device), [to_tensor(s).to(self.device) for s in styles]
        sides = [style.size for style in styles]
        places = [place_of(r, content.size, sides, self.device) for r in self.found]
        how: dict[str, Any] = {
            "config": self.config, "autocast": self.autocast, "dream": self.dream,
            "places": places, "wanted": self.known.get(key, ()),
        }  # fmt: skip
        kind: type[Objective] = Objective
        if cut := self._cut(content.size):
            how |= {"longest": cut.longest, "devices": self.devices}
            kind = StreamedObjective if cut.streams else TiledObjective
        found = kind(self.network, *given, **how)
        self.known[key] = found.wanted
        return found

    def progress(self, scale: int, step: int, losses: Losses, pixels: torch.Tensor) -> Progress:
        """What is told of a step."""
        return Progress(
            scale, len(self.sizes), self.sizes[scale], step, self.config.steps, losses,
            partial(self.rendered, pixels), growth=GROWTH,
        )  # fmt: skip

    def rendered(self, pixels: torch.Tensor) -> Image.Image:
        """Pixels as a picture of the final size, with its alpha and maybe the content's colours."""
        image = to_picture(pixels, like=self.goal)
        if self.config.colors not in ("style", "matched"):
            image = recolored(image, self.goal, self.config.colors)
        return Image.composite(image, self.goal, union(self.found)) if self.found else image

    def _begun(self, start: Image.Image | None) -> torch.Tensor:
        """What is painted over: a picture given, noise about grey, or the content."""
        if start:
            return to_tensor(start)
        picture = to_tensor(scaled(self.goal, self.sizes[0]))
        if self.config.init == "noise":
            return 0.5 + NOISE * torch.randn(picture.shape, generator=self.generator)
        return picture

    def _cut(self, size: tuple[int, int]) -> Cut | None:
        return cut_of(
            size, need=self._need, config=self.config, network=self.network, devices=self.devices
        )

    @cached_property
    def _need(self) -> Need | None:
        return need_of(self.network, self.config) if self.config.max_memory else None
