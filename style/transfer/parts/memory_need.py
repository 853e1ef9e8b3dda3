"""What a painting takes: memory and time, told before it begins, from a small patch measured."""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from dataclasses import dataclass

import torch

from style.backbones.backbone import Backbone
from style.config.layer_weights import layer_shares
from style.config.memory_size import written
from style.config.stylize import StylizeConfig
from style.dreams.from_text import objective_of
from style.errors import OutOfMemory
from style.optimizers.lbfgs import FEWEST, PAIRS_BYTES
from style.runs.device import chosen_devices, low_precision
from style.transfer.free_channels import free_layers

PATCH_PX = 128  # side of the patch that is measured
PLANE = 3 * 4  # bytes of a picture's pixel in float32
# As large as the picture: L-BFGS's pairs in half precision; the picture, its gradient, the best,
# content, style, the last change, and what is computed on the way.
PLANES = FEWEST + 12
MAPS = 4  # of the largest map's size that are there at once on the way back
STARTED = 60e6  # bytes that a first evaluation leaves behind in the libraries


@dataclass(frozen=True)
class Need:
    """`held` bytes for any size, `each` for a pixel of the picture, `seen` for one of a tile.

    `seconds`: of one step, for a pixel.
    """

    held: float
    each: float
    seen: float
    seconds: float

    def memory(self, pixels: int, seen: int | None = None) -> float:
        """Bytes above the import, for a picture, and for a tile of `seen` pixels or the whole."""
        return self.held + self.each * pixels + self.seen * (pixels if seen is None else seen)

    def longest_tile(self, width: int, height: int, budget: int) -> int:
        """The longest side of a square tile within a budget, 0 where the whole picture is.

        Raises OutOfMemory where not even the smallest tile is.
        """
        pixels = width * height
        if self.memory(pixels) <= budget:
            return 0
        left = budget - self.memory(pixels, 0)
        longest = int(math.sqrt(max(0.0, left) / self.seen))
        if longest < PATCH_PX:
            least = self.memory(pixels, PATCH_PX**2)
            fits = self.fitting(width / height, budget)
            hint = f", or --size {fits}" if fits >= PATCH_PX else ""
            raise OutOfMemory(
                f"max_memory is {written(budget)}; {width}x{height} px take at least"
                f" {written(least)}: give as much{hint}"
            )
        return longest

    def fitting(self, ratio: float, budget: float) -> int:
        """The longest side of a whole picture of this ratio that fits a budget."""
        pixels = max(0.0, budget - self.held) / (self.each + self.seen)
        longest = math.sqrt(pixels * max(ratio, 1 / ratio))
        return max(0, int(longest) // 8 * 8)


def need_of(network: Backbone, config: StylizeConfig) -> Need:
    """Measured on noise, of a forward and a backward pass to the layers that are compared."""
    layers, device = compared(network, config), network.mean.device
    side = max(PATCH_PX, network.facts.least_px)
    autocast = low_precision(config.precision, device)
    _passed(network, layers, side, autocast)  # the first is slower
    begun = time.perf_counter()
    kept, largest, asked = _passed(network, layers, side, autocast)
    seconds = time.perf_counter() - begun
    weights = sum(p.numel() * p.element_size() for p in network.parameters())
    return Need(
        weights * (1.5 if autocast else 1) + STARTED + PAIRS_BYTES,
        PLANES * PLANE,
        (kept + asked + MAPS * largest) / side**2,
        seconds / side**2,
    )


def compared(network: Backbone, config: StylizeConfig) -> set[str]:
    """The layers that `stylize` looks at with these; for `--dream auto` all that it may choose."""
    facts = network.facts
    used = {
        *layer_shares(config.style_layers, facts.style),
        *layer_shares(config.content_layers, facts.content),
    }
    if config.dream == "none":
        return used
    if config.dream == "auto":
        return used | set(free_layers(network, used))
    return used | objective_of(config.dream, network).layers


def _passed(
    network: Backbone, layers: Collection[str], side: int, autocast: bool
) -> tuple[int, int, int]:
    """Bytes that are kept for the way back, those of the largest map, and of the maps asked for."""
    kept: dict[int, torch.Tensor] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    image = torch.rand(1, 3, side, side, device=network.mean.device).requires_grad_()
    with (
        torch.autocast(image.device.type, torch.bfloat16, enabled=autocast),
        torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor),
    ):
        found = list(network(image.contiguous(memory_format=torch.channels_last), layers).values())
    for parameter in network.parameters():
        kept.pop(parameter.untyped_storage().data_ptr(), None)
    sizes = [tensor.untyped_storage().nbytes() for tensor in kept.values()]
    asked = [one.numel() * one.element_size() for one in found]
    torch.stack([one.float().mean() for one in found]).sum().backward()  # type: ignore[no-untyped-call]
    return sum(sizes), max(sizes + asked), sum(asked)


def is_full(error: BaseException) -> bool:
    """Whether an error says that memory is at its end."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    said = str(error)
    return any(t in said for t in ("allocate memory", "not enough memory", "out of memory"))


def free_memory(device: torch.device) -> int:
    """Bytes that are to be had, 0 where that cannot be told."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            told = dict(line.split(":") for line in file)
    except OSError:
        return 0
    return int(told["MemAvailable"].split()[0]) * 1024


def advice(size: tuple[int, int], network: Backbone, config: StylizeConfig) -> str:
    """What to do where memory was not enough for a picture of this size."""
    need, free = need_of(network, config), free_memory(chosen_devices(config.device)[0])
    width, height = size
    fits = need.fitting(width / height, free)
    hint = f"--size {fits} would fit {written(free)}" if fits else "give a smaller --size"
    return (
        f"there is not enough memory for {width}x{height} px, which take about"
        f" {written(need.memory(width * height))}: {hint}, or paint in tiles: --max-memory 2GB"
    )
