"""Paintings stay the same bit for bit: whole, in tiles and in strips.

The sums are those of commit 088bdb5, on an x86-64 CPU. The paintings are made in a process of their
own, where PyTorch and MKL run the same instructions on every such CPU, but for Adam's strips, which
differ between AMD's and Intel's (the first and the second sum; each seen at commit 3fc781c).
"""

import hashlib
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from style import Masks, StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.transfer import painting
from style.transfer.parts.division import Division

SUMS = {
    "whole": {"be20387e4f7818c9ba0f42c5372bbbc7f0290f3eb570668dcf9221824834bf9f"},
    "tiles": {"4c29d5753f8034c1e31c653d959a9cd0dee48370c4bbc385b6a4885bb5f45b77"},
    "strips": {
        "25204f3f04e8728529d77f9fd194c670515f0a7aae2ec8b684abef02e7243ad4",
        "4574ec487fa8e5cb25a1ab1afb34db496ff27a1212c8a4ec0671544fd9c21b27",
    },
}
JOBS: dict[str, tuple[Division | None, dict[str, str]]] = {
    "whole": (None, {"dream": "relu2_1:7"}),
    "tiles": (Division(120, False), {"dream": "0.3*relu2_1:5,9 + relu1_2"}),
    "strips": (Division(100, True), {"style_loss": "covariance", "optimizer": "adam"}),
}
TORCH = "2.14.1"  # whose kernels the sums are of
SAME_EVERYWHERE = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "OMP_NUM_THREADS": "1",
}


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the sums are those of x86-64")
@pytest.mark.skipif(
    not version("torch").startswith(TORCH), reason=f"the sums are those of torch {TORCH}"
)
def test_paintings_are_those_of_before_bit_for_bit() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.style.transfer.test_golden_pictures"],
        cwd=root,
        env=os.environ | SAME_EVERYWHERE,
        capture_output=True,
        text=True,
        check=True,
    )
    sums = dict(line.split() for line in done.stdout.splitlines())
    assert sums.keys() == SUMS.keys()
    assert {name for name in SUMS if sums[name] not in SUMS[name]} == set()


def painted(division: Division | None, settings: dict[str, str]) -> Image.Image:
    """By random weights, in two regions; the second size of the pyramid is divided."""
    painting.division_of = lambda size, *_, **__: division if max(size) > 128 else None
    torch.manual_seed(0)
    config = StylizeConfig(
        size=256, steps=3, precision="float32", device="cpu",
        style_layers="relu1_1,relu2_1=2", content_layers="relu2_2", content_weight=0.05,
        method="gatys", **settings,
    )  # fmt: skip
    content, style = noise(256, 200, seed=1), noise(160, 120, seed=2)
    masks = Masks(half(content.size), (half(style.size),))
    return stylize(content, [style], config, masks=masks, backbone=Backbone("vgg19")).image


def noise(width: int, height: int, *, seed: int) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)


def half(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("RGB", size, "black")
    mask.paste("white", (0, 0, size[0] // 2, size[1]))
    return mask


if __name__ == "__main__":
    torch.backends.mkldnn.enabled = False
    for name, job in JOBS.items():
        print(name, hashlib.sha256(painted(*job).tobytes()).hexdigest())
