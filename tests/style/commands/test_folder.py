"""A folder that several processes share, and one that was stopped. Random weights."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.ranks import Ranks
from service.cli import main
from style.commands.finished import FOLDER
from style.commands.progress_line import ProgressLine
from style.fast.drawing.styles import drawn
from style.runs.progress import Progress

NAMES = ["a.png", "b.png", "c.png"]
COMMAND = ["stylize", "photos", "style.png", "-o", "painted", "--report", "r.json"]
COMMAND += ["--backbone=alexnet", "--size=64", "--steps=2", "--device=cpu"]
LONG_S = 300


@pytest.fixture(autouse=True)
def here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    import_random_weights: Callable[[str], None],
) -> None:
    import_random_weights("alexnet")
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    for seed, name in enumerate([*(f"photos/{name}" for name in NAMES), "style.png"]):
        pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)
        Image.fromarray(pixels).save(name)


def painted() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path("painted").iterdir()}


@pytest.mark.slow
def test_two_processes_share_a_folder_and_write_one_report() -> None:
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[3]), OMP_NUM_THREADS="1")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, "-m", "service.cli", *COMMAND],
        env=environment, capture_output=True, text=True, timeout=LONG_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    together = painted()
    assert sorted(together) == NAMES
    assert list(json.loads(Path("r.json").read_text())) == NAMES
    assert main(COMMAND) == 0
    assert painted() == together


def test_a_part_is_every_other_picture() -> None:
    parts = [Ranks(rank, 2).part_of(NAMES) for rank in (0, 1)]
    assert parts == [["a.png", "c.png"], ["b.png"]]
    assert Ranks().part_of(NAMES) == NAMES
    assert Ranks(0, 2).device("cpu") == "cpu"


def test_a_restart_skips_what_is_painted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show = ProgressLine.__call__

    def stop_at_the_second(self: ProgressLine, progress: Progress) -> None:
        show(self, progress)
        if Path("painted/a.png").exists():
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "__call__", stop_at_the_second)
        assert main(COMMAND) == 130
    assert (Path("painted") / FOLDER).is_dir()
    first = Path("painted/a.png").stat().st_mtime_ns
    capsys.readouterr()
    assert main(COMMAND) == 0
    assert capsys.readouterr().err.count("is painted already") == 1
    assert Path("painted/a.png").stat().st_mtime_ns == first
    assert list(json.loads(Path("r.json").read_text())) == sorted(painted()) == NAMES


def test_other_settings_paint_everything_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(self: ProgressLine, progress: Progress) -> None:
        if Path("painted/b.png").exists():
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "__call__", stop)
        main(COMMAND)
    assert main([*COMMAND, "--seed=1"]) == 0
    assert "is painted already" not in capsys.readouterr().err


def test_a_drawn_style_paints_as_its_picture_does() -> None:
    drawn("pen").save("pen.png")
    for style, folder in (("drawn:pen", "one"), ("pen.png", "other")):
        command = ["stylize", "photos", style, "-o", folder, *COMMAND[7:]]
        assert main(command) == 0
    assert [Path("one", name).read_bytes() for name in NAMES] == [
        Path("other", name).read_bytes() for name in NAMES
    ]


def test_a_style_that_is_not_drawn_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "photos/a.png", "drawn:pencil", "-o", "o.png"]) == 2
    assert "no style is drawn as 'pencil'; drawn are sumi" in capsys.readouterr().err
