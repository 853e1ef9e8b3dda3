"""The estimate of memory and time; what is done where memory is short."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from style import ConfigError, StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.config.memory_size import format_bytes, parse_bytes
from style.errors import OutOfMemory
from style.transfer.criterion import Criterion
from style.transfer.forecast import forecast
from style.transfer.parts.memory_need import MemoryNeed, is_out_of_memory, memory_need
from style.transfer.recipe import Recipe
from style.transfer.style_rows import MOST_ROWS

CONFIG = StylizeConfig(backbone="alexnet", size=320, steps=1, precision="float32", device="cpu")


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


@pytest.fixture
def backbone() -> Backbone:
    torch.manual_seed(1)
    return Backbone("alexnet").placed(torch.device("cpu"))


@pytest.mark.parametrize(("text", "count"), [("2GB", 2e9), ("1.5 gib", 1.5 * 2**30), ("", 0)])
def test_sizes_of_memory_are_parsed(text: str, count: float) -> None:
    assert parse_bytes(text) == count


def test_a_size_of_memory_without_a_unit_is_refused() -> None:
    with pytest.raises(ConfigError, match="max_memory is '2000'; allowed: amounts such as 2GB"):
        StylizeConfig(max_memory="2000")


def test_a_tile_uses_the_memory_that_the_picture_leaves() -> None:
    need = MemoryNeed(
        fixed_bytes=100, bytes_per_pixel=1, bytes_per_tile_pixel=10, seconds_per_pixel=0
    )
    assert need.longest_tile(1000, 1000, 11_000_100) == 0
    longest = need.longest_tile(1000, 1000, 5_000_100)
    assert longest == 632  # 4 MB at 10 bytes
    assert need.fitting(1.0, 11_000_100) == 1000


def test_a_limit_too_small_for_any_tile_is_refused_with_a_size_that_fits() -> None:
    need = MemoryNeed(
        fixed_bytes=100, bytes_per_pixel=1, bytes_per_tile_pixel=10, seconds_per_pixel=0
    )
    with pytest.raises(OutOfMemory, match=r"1 MB; 1000x1000 px take at least 1 MB.*--size 296"):
        need.longest_tile(1000, 1000, 1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts mappings on Linux only")
def test_a_process_with_a_limit_is_told_what_fits_into_that() -> None:
    """As the painter of the service is limited; the measurement itself may not fit either."""
    code = """
import resource, torch
from PIL import Image
from style import StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.transfer.parts.memory_need import free_memory
network = Backbone("alexnet").placed(torch.device("cpu"))
used = int(open("/proc/self/status").read().split("VmData:")[1].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 200_000_000,) * 2)
print(free_memory(torch.device("cpu")) <= 200_000_000)
picture = Image.effect_noise((1200, 900), 60).convert("RGB")
config = StylizeConfig(
    "alexnet", 1200, 1, precision="float32", device="cpu", enlarge=True
)
try:
    stylize(picture, [picture.rotate(90)], config, backbone=network)
except Exception as error:
    print(type(error).__name__, error)
"""
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout.startswith("True\nOutOfMemory there is not enough memory for 1200x900 px")


def test_a_small_limit_paints_in_tiles(backbone: Backbone) -> None:
    need, pixels = memory_need(Recipe.of(CONFIG, backbone)), 320 * 240
    budget = need.memory(pixels, 200**2)
    assert budget < need.memory(pixels)
    config = StylizeConfig(**CONFIG.__dict__ | {"max_memory": f"{budget / 1e6:.3f}MB"})
    content, styles = noise(320, 240), [noise(80, 90)]
    tiled, whole = (stylize(content, styles, c, backbone=backbone) for c in (config, CONFIG))
    assert tiled.report["losses"] == pytest.approx(whole.report["losses"], rel=1e-3)


def test_running_out_of_memory_is_reported_with_a_size_that_would_fit(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9")

    monkeypatch.setattr(Criterion, "evaluate", full)
    with pytest.raises(OutOfMemory, match=r"320x240 px.*--size \d+ would fit"):
        stylize(noise(320, 240), [noise(80, 90)], CONFIG, backbone=backbone)
    assert not is_out_of_memory(RuntimeError("another"))


def test_a_forecast_grows_with_the_steps(backbone: Backbone) -> None:
    many = StylizeConfig(**CONFIG.__dict__ | {"steps": 1000})
    few, more = (forecast(noise(320, 240), c, backbone) for c in (CONFIG, many))
    assert more.seconds > 100 * few.seconds
    assert format_bytes(few.memory) in str(few)


def test_a_forecast_in_parts_counts_what_is_computed_twice(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strips take two forward passes and one backward pass; tiles also overlap."""
    need, pixels = memory_need(Recipe.of(CONFIG, backbone)), 320 * 240
    monkeypatch.setattr("style.transfer.run_cache.memory_need", lambda _, clock: need)
    reflecting = Backbone("alexnet", padding="reflect").placed(torch.device("cpu"))
    budgets = [need.memory(pixels, side**2) / 1e6 for side in (200, 260)]
    small, large, whole, strips = (
        forecast(noise(320, 240), StylizeConfig(**CONFIG.__dict__ | {"max_memory": text}), network)
        for network, text in (
            *((reflecting, f"{budget:.3f}MB") for budget in budgets),
            (reflecting, ""),
            (backbone, f"{budgets[0]:.3f}MB"),
        )
    )
    assert small.memory < large.memory < whole.memory
    assert small.seconds > large.seconds > strips.seconds > whole.seconds


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_the_neighbours_that_are_sought_count(backbone: Backbone, precision: str) -> None:
    """Of each position of a style its features, its direction, and that as seen from the mean."""
    plain = StylizeConfig(**CONFIG.__dict__ | {"precision": precision})
    matched = StylizeConfig(**plain.__dict__ | {"method": "neighbours"})
    needs = [memory_need(Recipe.of(config, backbone)) for config in (plain, matched)]
    channels = 64 + 64 + 192 + 384  # of AlexNet's layers but the deepest
    values = 4 + 2 * (4 if precision == "float32" else 2)
    rows = MOST_ROWS * channels * values
    assert needs[1].fixed_bytes - needs[0].fixed_bytes == rows
    assert needs[1].bytes_per_tile_pixel > needs[0].bytes_per_tile_pixel
