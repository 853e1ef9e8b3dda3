"""Progress, previews, animations and folders. The weights are random: only the files matter."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from service.cli import main
from style import StylizeConfig, iterate
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.commands.progress_line import ProgressLine
from style.runs.progress import Progress
from style.transfer import painting
from style.transfer.run_cache import RunCache

SETTINGS = ["--backbone", "alexnet", "--size", "64", "--steps", "3", "--device", "cpu"]
SETTINGS += ["--precision", "float32"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with pictures, and weights in a cache of its own."""
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(1)
    save_file(dict(Backbone("alexnet").network.state_dict()), "alexnet.safetensors")
    import_weights(Path("alexnet.safetensors"), facts_of("alexnet"))
    for name, seed in (("a.png", 1), ("style.png", 2)):
        noise(seed).save(name)


def noise(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)
    return Image.fromarray(pixels)


def progress(scale: int, step: int, costs: tuple[float, ...] = (1, 4)) -> Progress:
    return Progress(scale, 2, 64, step, 10, {"total": 0.5}, lambda: noise(1), costs=costs)


def test_the_fraction_done_counts_the_cost_of_a_step_at_each_scale() -> None:
    assert progress(0, 10).done == pytest.approx(1 / 5)
    assert progress(1, 5).done == pytest.approx((1 + 2) / 5)
    assert progress(1, 10).done == 1
    assert progress(0, 10, costs=()).done == 0.5


def test_the_time_left_is_estimated_from_the_pace_so_far(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = iter([100.0, 110.0, 200.0])
    line = ProgressLine(lambda: next(now))
    for step in (progress(0, 0), progress(0, 5), progress(1, 5)):  # 0, 0.1 and 0.6 are done
        line(step)
    lines = capsys.readouterr().err.split("\r")
    assert "left" not in lines[1]
    assert "10%  64 px, step 5/10, loss 0.5000, 1 min 30 s left" in lines[2]
    assert "67 s left" not in lines[3] and "1 min 07 s left" in lines[3]


def test_previews_and_animations_are_written_while_painting() -> None:
    previews = ["--preview", "now.png", "--animation", "making.webp", "--every", "2"]
    assert main(["stylize", "a.png", "style.png", "-o", "out.png", *SETTINGS, *previews]) == 0
    with Image.open("making.webp") as film:
        assert film.n_frames == 3  # after steps 1 and 3, and the result
        assert film.size == (64, 48)
    assert Path("now.png").read_bytes() == Path("out.png").read_bytes()


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--preview", "a.png/now.png"], "a.png"),
        (["--animation", "making.mov"], "suffix"),
        (["--preset", "wilt"], "did you mean wild"),
    ],
)
def test_an_impossible_option_is_refused_before_the_run(
    option: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stylize", "a.png", "style.png", "-o", "out.png", *SETTINGS, *option]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.fixture
def folder() -> Path:
    folder = Path("photos")
    folder.mkdir()
    for seed, name in enumerate(("b.png", "c.bmp", "d.jpg")):
        noise(seed).save(folder / name)
    (folder / "broken.png").write_text("no picture")
    (folder / "notes.txt").write_text("no picture either")
    return folder


def test_every_picture_of_a_folder_is_painted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["stylize", "photos", "style.png", "-o", "painted", "--report", "r.json"]
    assert main([*arguments, *SETTINGS]) == 2  # one is broken
    assert "broken.png is not a picture" in capsys.readouterr().err
    painted = sorted(path.name for path in Path("painted").iterdir())
    assert painted == ["b.png", "c.bmp.png", "d.jpg"]
    assert list(json.loads(Path("r.json").read_text())) == ["b.png", "c.bmp", "d.jpg"]
    assert main(["stylize", "photos/b.png", "style.png", "-o", "alone.png", *SETTINGS]) == 0
    assert Path("alone.png").read_bytes() == Path("painted/b.png").read_bytes()


def test_ctrl_c_stops_a_folder_and_keeps_the_picture_so_far(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(self: ProgressLine, progress: Progress) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ProgressLine, "__call__", interrupt)
    assert main(["stylize", "photos", "style.png", "-o", "painted", *SETTINGS]) == 130
    assert "stopped; the picture so far is kept" in capsys.readouterr().err
    assert [path.name for path in Path("painted").iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["-o", "a.png"], "a.png is a file; CONTENT is a folder"),
        (["--style-mask", "red"], "single CONTENT"),
        (["--init", "a.png"], "single CONTENT"),
    ],
)
def test_options_for_a_single_picture_are_refused_for_a_folder(
    folder: Path, change: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stylize", "photos", "style.png", "-o", "painted", *SETTINGS, *change]) == 2
    assert message in capsys.readouterr().err


def test_an_empty_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("none").mkdir()
    assert main(["stylize", "none", "style.png", "-o", "painted", *SETTINGS]) == 2
    assert "none has no picture" in capsys.readouterr().err


def test_the_style_is_measured_once_for_many_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    measure: Callable[..., object] = painting.style_targets

    def counted(*given: object) -> object:
        measured.append(1)
        return measure(*given)

    monkeypatch.setattr(painting, "style_targets", counted)
    network, cache = Backbone.load("alexnet"), RunCache()
    for change, times in (({}, 1), ({"colors": "matched"}, 2)):
        config = StylizeConfig("alexnet", 64, 1, precision="float32", device="cpu", **change)
        measured.clear()
        for seed in (3, 4):
            list(iterate(noise(seed), [noise(2)], config, backbone=network, cache=cache))
        assert len(measured) == times


def test_the_documented_python_runs() -> None:
    noise(1).save("photo.jpg")
    noise(2).save("painting.jpg")
    document = (Path(__file__).parents[3] / "docs/style.md").read_text("utf-8")
    exec(document.partition("```python\n")[2].partition("```")[0], {})
    for name in ("out.png", "preview.png"):
        with Image.open(name) as image:
            assert image.size == (64, 48)
