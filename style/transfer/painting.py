"""A painting at all sizes of its pyramid: its criterion at each size, and how the next starts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

import torch
from PIL import Image
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.pictures.colors import recolored
from style.pictures.files import scaled
from style.pictures.masks import Masks, regions, union
from style.pictures.tensors import to_picture, to_tensor
from style.runs.device import chosen_devices, seeded
from style.runs.progress import Losses, Progress
from style.transfer.balance import Balance, error_of, first_weight
from style.transfer.criterion import Criterion, Pass, style_targets
from style.transfer.final_colors import with_final_colors
from style.transfer.inner_dream import InnerDream
from style.transfer.matching import Matching
from style.transfer.parts.division import Division, computed_pixels, division_of
from style.transfer.parts.passes import pass_of
from style.transfer.parts.strip_pass import StripPass
from style.transfer.previous_frame import PreviousFrame
from style.transfer.pyramid import pyramid_of, style_size
from style.transfer.region_weights import (
    RegionTarget,
    RegionWeights,
    everywhere,
    region_targets,
    region_weights,
)
from style.transfer.run_cache import RunCache
from style.transfer.targets import Targets

NOISE = 0.1  # standard deviation of the noise that `init: noise` starts from, as fraction of white
# Standard deviation of the noise that is added before each scale: at the content itself the content
# loss has no gradient.
STIR = 0.01
# Of the picture so far, where neighbours are sought, at the strength 1; at 1/2 it is what Kolkin et
# al. have by default.
MOST_PAINTED_SHARE = 0.5
LEARNT_STEPS = 4  # from which the cost of a step is learnt


class Painting:
    """One content in some styles.

    `picture` (1, 3, H, W), sRGB in [0, 1], is the result so far, on the CPU. `content` has the
    final size, `sizes` are the longest sides of the scales in pixels.
    """

    def __init__(
        self,
        content: Image.Image,
        styles: Sequence[Image.Image],
        config: StylizeConfig,
        *,
        backbone: Backbone,
        start: Image.Image | None = None,
        masks: Masks | None = None,
        cache: RunCache | None = None,
    ) -> None:
        self.config, self.styles, self.cache = config, styles, cache or RunCache()
        self.devices = chosen_devices(config.device)
        self.device = self.devices[0]
        self.recipe = self.cache.recipe(config, backbone.placed(self.device))
        self.content = scaled(content, config.size, enlarge=config.enlarge)
        self.sizes = pyramid_of(self.content, self.recipe)
        self.generator = seeded(config.seed)
        self._statistics = self.cache.statistics
        if config.colors == "matched":  # the styles are recoloured for each content
            self._statistics = {}
            self.styles = [recolored(style, self.content, config.colors) for style in styles]
        weights = self.recipe.weights_of_styles(len(styles))
        self.regions = regions(masks, self.content, self.styles, weights) if masks else ()
        self.picture = self._first_picture(start)
        self.previous: PreviousFrame | None = None
        self.dream: InnerDream | None = None
        self.balance: Balance | None = None
        if config.content_weight is None:
            weight = first_weight(config.strength, config.method)
            self.balance = Balance(error_of(config.strength), weight)
        self._first_steps: list[float] = []
        self._costs = tuple(float(size**2) for size in self.sizes)  # of steps, until it is learnt

    def start_of(self, scale: int) -> torch.Tensor:
        """What a scale starts from: the picture at its size, on the device, with a little noise.

        Without noise where it continues a film, as noise is no part of the frame before.
        """
        picture = self.picture_at(scale)
        if self.previous:
            return picture.clamp(0, 1).requires_grad_()
        noise = torch.randn(picture.shape, generator=self.generator).to(self.device)
        return (picture + STIR * noise).clamp(0, 1).requires_grad_()

    def picture_at(self, scale: int) -> torch.Tensor:
        """The picture at the size of a scale, on the device."""
        width, height = scaled(self.content, self.sizes[scale]).size
        picture = functional.interpolate(
            self.picture, size=(height, width), mode="bicubic", antialias=True, align_corners=False
        )
        return picture.to(self.device)

    def criterion(self, scale: int) -> Criterion:
        """What the picture is judged by at a scale, in parts where memory or devices need it.

        Raises ConfigError where the network cannot paint in parts, OutOfMemory where none fits.
        """
        content = scaled(self.content, self.sizes[scale])
        styles = self._styles(self.sizes[scale])
        pictures = [to_tensor(picture).to(self.device) for picture in (content, *styles)]
        pass_ = pass_of(
            self._division(content.size), self.recipe, pictures[0],
            dream=self.dream, devices=self.devices,
        )  # fmt: skip
        targets = Targets(
            self.recipe,
            self._region_targets(pass_, content.size, styles, pictures[1:], scale),
            self.dream.objective.terms if self.dream else (),
            self.dream,
        )
        matching = None
        if self.recipe.is_matched and not isinstance(pass_, StripPass):
            weights = self._region_weights(content.size, [style.size for style in styles])
            matching = Matching(pass_, self.recipe, pictures[1:], weights)
        previous = self.previous.to(self.device) if self.previous else None
        return Criterion(pass_, targets, pictures, matching, previous)

    def to_match(self, scale: int, criterion: Criterion) -> torch.Tensor:
        """The picture whose neighbours are sought at the start of a scale.

        At the first it is the content; then it is mixed with the picture so far, which a frame of a
        film has from the beginning.
        """
        content = criterion.pictures[0]
        if scale == 0 and not self.previous:
            return content
        share = MOST_PAINTED_SHARE * self.config.strength
        return content.lerp(self.picture_at(scale), share)

    def progress(self, scale: int, step: int, losses: Losses, pixels: torch.Tensor) -> Progress:
        """The report of one step."""
        return Progress(
            scale, len(self.sizes), self.sizes[scale], step, self.config.steps, losses,
            partial(self.rendered, pixels), costs=self._costs[-len(self.sizes) :],
        )  # fmt: skip

    def rendered(self, pixels: torch.Tensor) -> Image.Image:
        """Pixels as a picture of the final size, with its alpha and the colours it should have."""
        image = to_picture(pixels, like=self.content)
        styles = () if self.regions else self.styles
        image = with_final_colors(image, self.content, styles, self.config)
        return Image.composite(image, self.content, union(self.regions)) if self.regions else image

    def note_step(self, scale: int, seconds: float) -> None:
        """Learns from the first steps what a step takes at any size, besides its passes."""
        if len(self.sizes) == 1 or len(self._first_steps) == LEARNT_STEPS:
            return
        self._first_steps.append(seconds)
        if len(self._first_steps) == LEARNT_STEPS:  # the very first is slower
            beside = min(self._first_steps[1:]) - self._pass_seconds[scale]
            self._costs = tuple(max(0.0, beside) + one for one in self._pass_seconds)

    @cached_property
    def _pass_seconds(self) -> list[float]:
        """Seconds of a step at each scale that depend on its size, as estimated from patches."""
        need, seconds = self.cache.memory_need(self.recipe), []
        for size in self.sizes:
            shape = scaled(self.content, size).size
            pixels = computed_pixels(shape, self._division(shape), self.recipe, self.devices)
            seconds.append(need.seconds_per_pixel * pixels)
        return seconds

    def _first_picture(self, start: Image.Image | None) -> torch.Tensor:
        """What the first scale starts from: a given picture, noise around grey, or the content."""
        if start:
            return to_tensor(start)
        picture = to_tensor(scaled(self.content, self.sizes[0]))
        if self.config.init == "noise":
            return 0.5 + NOISE * torch.randn(picture.shape, generator=self.generator)
        return picture

    def _styles(self, size: int) -> list[Image.Image]:
        """The styles for a scale whose longest side is `size`."""
        longest = round(size * self.config.style_scale)
        return [scaled(one, style_size(one, longest, self.recipe)) for one in self.styles]

    def _division(self, size: tuple[int, int]) -> Division | None:
        need = self.cache.memory_need(self.recipe) if self.recipe.max_bytes else None
        return division_of(size, self.recipe, need=need, devices=self.devices)

    def _region_targets(
        self,
        pass_: Pass,
        size: tuple[int, int],
        styles: Sequence[Image.Image],
        pixels: Sequence[torch.Tensor],
        scale: int,
    ) -> list[RegionTarget]:
        """The statistics of the styles for each region, from the cache if it has them."""
        weights = self._region_weights(size, [style.size for style in styles])
        key = self.sizes[scale], tuple(region.color for region in self.regions)
        if key not in self._statistics:
            self._statistics[key] = style_targets(pass_, pixels, weights, self.recipe)
        return region_targets(weights, self._statistics[key])

    def _region_weights(
        self, size: tuple[int, int], style_sizes: Sequence[tuple[int, int]]
    ) -> list[RegionWeights]:
        if not self.regions:
            return [everywhere(len(self.styles))]
        return [region_weights(one, size, style_sizes, self.device) for one in self.regions]
