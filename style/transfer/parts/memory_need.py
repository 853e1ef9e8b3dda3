"""What a painting takes: memory and time, estimated before it starts from a small patch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch

from style.config.memory_size import format_bytes
from style.errors import OutOfMemory
from style.losses.neighbours import cosine_distances, rows_of
from style.optimizers.lbfgs import FEWEST, PAIRS_BYTES
from style.transfer.extractor import Extractor, Features
from style.transfer.recipe import Recipe
from style.transfer.style_rows import Reading, rows_bytes

PATCH_PX = 128  # side of the patch that is measured
PLANE = 3 * 4  # bytes of an RGB pixel in float32
# Tensors of the picture's size: L-BFGS's pairs in half precision; the picture, its gradient, the
# best picture, content, style, the last change, and temporary values.
PLANES = FEWEST + 12
MAPS = 4  # of the largest map's size that exist at once in the backward pass
STEP_COST = 1.15  # how many times longer a step takes than its passes: losses and optimizer
# The most that a pixel's part of a patch's time is divided by, where a larger patch took no longer.
MOST_FIXED = 50
LIBRARY_BYTES = 60e6  # bytes that the libraries keep after the first evaluation


@dataclass(frozen=True)
class MemoryNeed:
    """Bytes for any size, for a pixel of the picture, and for a pixel that is in one tile.

    A step takes `fixed_seconds` at any size, and `seconds_per_pixel`.
    """

    fixed_bytes: float
    bytes_per_pixel: float
    bytes_per_tile_pixel: float
    seconds_per_pixel: float
    fixed_seconds: float = 0.0

    def seconds(self, pixels: float) -> float:
        """Of a step that sends so many pixels through the network."""
        return STEP_COST * (self.fixed_seconds + self.seconds_per_pixel * pixels)

    def memory(self, pixels: int, tile_pixels: int | None = None) -> float:
        """Bytes beyond those after the import, for a picture in tiles; None: not divided."""
        seen = pixels if tile_pixels is None else tile_pixels
        return self.fixed_bytes + self.bytes_per_pixel * pixels + self.bytes_per_tile_pixel * seen

    def longest_tile(self, width: int, height: int, budget: int) -> int:
        """The side in pixels of the largest square tile within a budget of bytes.

        0 where the whole picture is within it. Raises OutOfMemory where no tile is.
        """
        pixels = width * height
        if self.memory(pixels) <= budget:
            return 0
        left = budget - self.memory(pixels, 0)
        longest = int(math.sqrt(max(0.0, left) / self.bytes_per_tile_pixel))
        if longest < PATCH_PX:
            least = self.memory(pixels, PATCH_PX**2)
            fits = self.fitting(width / height, budget)
            hint = f", or --size {fits}" if fits >= PATCH_PX else ""
            raise OutOfMemory(
                f"max_memory is {format_bytes(budget)}; {width}x{height} px take at least"
                f" {format_bytes(least)}: give as much{hint}"
            )
        return longest

    def fitting(self, ratio: float, budget: float) -> int:
        """The longest side in pixels of a whole picture of this ratio within a budget of bytes."""
        pixels = max(0.0, budget - self.fixed_bytes)
        pixels /= self.bytes_per_pixel + self.bytes_per_tile_pixel
        longest = math.sqrt(pixels * max(ratio, 1 / ratio))
        return max(0, int(longest) // 8 * 8)


class PatchSizes(NamedTuple):
    """Bytes saved for the backward pass of a patch, of its largest map, and of the maps asked for.

    `channels`: of all layers of the style.
    """

    saved: int
    largest: int
    outputs: int
    channels: int


def memory_need(recipe: Recipe, *, clock: Callable[[], float] = time.perf_counter) -> MemoryNeed:
    """Measures forward and backward passes of noise, to the layers that the recipe uses.

    Two sizes tell what a step takes at any size from what it takes for a pixel. `clock` gives
    seconds.
    """
    backbone, side = recipe.backbone, max(PATCH_PX, recipe.backbone.facts.least_px)

    def measured(side: int) -> tuple[float, PatchSizes]:
        started = clock()
        sizes = _measured_pass(recipe, side)
        return clock() - started, sizes

    measured(side)  # the first is slower
    (small, sizes), again = measured(side), measured(side)
    small, large = min(small, again[0]), min(measured(2 * side)[0] for _ in range(2))
    per_pixel = max((large - small) / (3 * side**2), small / side**2 / MOST_FIXED)
    weights = sum(p.numel() * p.element_size() for p in backbone.parameters())
    libraries = weights * (1.5 if recipe.is_autocast else 1) + LIBRARY_BYTES + PAIRS_BYTES
    return MemoryNeed(
        libraries + rows_bytes(recipe, sizes.channels),
        PLANES * PLANE,
        (sizes.saved + sizes.outputs + MAPS * sizes.largest) / side**2,
        per_pixel,
        max(0.0, small - per_pixel * side**2),
    )


def _measured_pass(recipe: Recipe, side: int) -> PatchSizes:
    """Sends noise through the network and back."""
    backbone, saved = recipe.backbone, dict[int, torch.Tensor]()

    def save(tensor: torch.Tensor) -> torch.Tensor:
        saved[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    image = torch.rand(1, 3, side, side, device=backbone.mean.device).requires_grad_()
    extract = Extractor(backbone, is_autocast=recipe.is_autocast)
    with torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
        features = extract(image, recipe.all_layers)
        matched = [_matched_loss(features, recipe)] if recipe.is_matched else []
    for parameter in backbone.parameters():
        saved.pop(parameter.untyped_storage().data_ptr(), None)
    sizes = [tensor.untyped_storage().nbytes() for tensor in saved.values()]
    outputs = [one.numel() * one.element_size() for one in features.values()]
    means = [one.float().mean() for one in features.values()]
    torch.stack(means + matched).sum().backward()  # type: ignore[no-untyped-call]
    if image.is_cuda:
        torch.cuda.synchronize(image.device)
    channels = sum(features[layer].shape[1] for layer in recipe.style_layers)
    return PatchSizes(sum(sizes), max(sizes + outputs), sum(outputs), channels)


def _matched_loss(features: Features, recipe: Recipe) -> torch.Tensor:
    """What the distance to nearest neighbours takes, in the reading that has more values."""

    def views(by_layer: bool) -> list[torch.Tensor]:
        reading = Reading.of(recipe, features, by_layer=by_layer)
        return list(reading.views(features).values())

    with torch.no_grad():
        counts = [sum(view.numel() for view in views(by_layer)) for by_layer in (False, True)]
    distances = [
        cosine_distances(view, rows_of(view).detach()).mean()
        for view in views(counts[1] > counts[0])
    ]
    return torch.stack(distances).sum()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error reports that memory ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    message = str(error)
    return any(t in message for t in ("allocate memory", "not enough memory", "out of memory"))


def free_memory(device: torch.device) -> int:
    """Available bytes, 0 where they are unknown. A limit of this process's data counts."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        import resource

        available = _proc_bytes("/proc/meminfo", "MemAvailable")
        most, _ = resource.getrlimit(resource.RLIMIT_DATA)
        if most == resource.RLIM_INFINITY:
            return available
        return max(0, min(available, most - _proc_bytes("/proc/self/status", "VmData")))
    except (ImportError, OSError):
        return 0


def _proc_bytes(path: str, name: str) -> int:
    """A number of bytes that Linux tells."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = dict(line.split(":", 1) for line in file)
    return int(lines[name].split()[0]) * 1024


def advice(size: tuple[int, int], recipe: Recipe) -> str:
    """What to do where memory ran out for a picture of this width and height."""
    width, height = size
    try:
        need = memory_need(recipe)
    except (MemoryError, RuntimeError) as error:  # not even a patch fits
        if not is_out_of_memory(error):
            raise
        return (
            f"there is not enough memory for {width}x{height} px, and hardly any is left: end"
            " other programs, or give a backbone that takes less: --backbone squeezenet1_0"
        )
    free = free_memory(recipe.backbone.mean.device)
    fits = need.fitting(width / height, free)
    hint = f"--size {fits} would fit {format_bytes(free)}" if fits else "give a smaller --size"
    return (
        f"there is not enough memory for {width}x{height} px, which take about"
        f" {format_bytes(need.memory(width * height))}: {hint}, or paint in tiles: --max-memory 2GB"
    )
