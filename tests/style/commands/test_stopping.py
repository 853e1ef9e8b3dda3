"""Ctrl-C stops a command that paints. The weights are random: only the files matter."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights

SETTINGS = ["--backbone=alexnet", "--size=64", "--steps=10000", "--precision=float32"]
LONG_S = 120


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    torch.manual_seed(1)
    save_file(dict(Backbone("alexnet").network.state_dict()), tmp_path / "w.safetensors")
    import_weights(tmp_path / "w.safetensors", facts_of("alexnet"))
    return dict(os.environ)


def picture(path: Path) -> str:
    pixels = np.random.default_rng(1).integers(60, 200, (64, 80, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (["dream"], "out.png"),
        pytest.param(["dream", "--frames", "9"], "out.gif", marks=pytest.mark.slow),
        (["stylize"], "out.png"),
    ],
)
def test_ctrl_c_keeps_the_picture_so_far_and_exits_with_130(
    tmp_path: Path, environment: dict[str, str], arguments: list[str], output: str
) -> None:
    pictures = [picture(tmp_path / "a.png")] * (2 if arguments[0] == "stylize" else 1)
    command = [sys.executable, "-m", "service.cli", *arguments, *pictures]
    command += ["-o", str(tmp_path / output), *SETTINGS]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as process:
        stderr = b""
        assert process.stderr
        while b"step 2/" not in stderr:
            stderr += (part := process.stderr.read(1))
            assert part, stderr.decode()
        process.send_signal(signal.SIGINT)
        stderr = process.communicate(timeout=LONG_S)[1]
    assert process.returncode == 130
    assert stderr.decode().rstrip().endswith("stopped; the picture so far is kept")
    with Image.open(tmp_path / output) as image:
        assert image.size == (64, 51)
