"""No command takes a file of the user's. The weights are random: only the files matter."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.pictures.files import open_picture

SETTINGS = ["--backbone", "alexnet", "--size", "64", "--steps", "2", "--device", "cpu"]
STYLIZE, DREAM = ["stylize", "a.png", "style.png"], ["dream", "a.png"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: pictures, a folder of them, and weights in a cache of its own."""
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    work = tmp_path / "work"
    (work / "photos").mkdir(parents=True)
    monkeypatch.chdir(work)
    torch.manual_seed(1)
    save_file(dict(Backbone("alexnet").network.state_dict()), tmp_path / "alexnet.safetensors")
    import_weights(tmp_path / "alexnet.safetensors", facts_of("alexnet"))
    for seed, name in enumerate(("a.png", "style.png", "making-0001.png", "photos/b.png")):
        pixels = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)
        Image.fromarray(pixels).save(name)
    Path("link.png").symlink_to("a.png")
    os.link("a.png", "hard.png")
    return work


def contents() -> dict[Path, str]:
    """A hash of each file below the working folder."""
    files = [path for path in sorted(Path().rglob("*")) if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*STYLIZE, "-o", "a.png"], "--output a.png would overwrite CONTENT a.png"),
        ([*STYLIZE, "-o", "link.png"], "--output link.png would overwrite CONTENT a.png"),
        ([*STYLIZE, "-o", "hard.png"], "--output hard.png would overwrite CONTENT a.png"),
        ([*STYLIZE, "-o", "style.png"], "would overwrite STYLE style.png"),
        ([*STYLIZE, "-o", "o.png", "--report", "o.png"], "is the same file as --output o.png"),
        ([*STYLIZE, "-o", "o.png", "--checkpoint", "a.png"], "--checkpoint a.png would overwrite"),
        ([*STYLIZE, "-o", "o.png", "--preview", "style.png"], "--preview style.png would"),
        (
            ["stylize", "making-0001.png", "style.png", "-o", "o.png", "--animation", "making.png"],
            "--animation making-0001.png would overwrite CONTENT",
        ),
        ([*STYLIZE, "-o", "a.png", "--init", "a.png"], "would overwrite"),
        ([*STYLIZE, "-o", "link.png", "--content-mask", "hard.png"], "would overwrite"),
        (["stylize", "photos", "style.png", "-o", "photos"], "--output photos would overwrite"),
        (["stylize", "photos", "photos/b.png", "-o", "o", "--report", "photos/b.png"], "--report"),
        ([*DREAM, "-o", "a.png"], "--output a.png would overwrite IMAGE a.png"),
        ([*DREAM, "-o", "o.png", "--guide", "style.png", "--report", "style.png"], "--guide"),
        (["dream", "making-0001.png", "-o", "making.png", "--frames", "2"], "would overwrite"),
    ],
)
def test_outputs_that_are_inputs_or_each_other_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    assert main([*arguments, *SETTINGS]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert contents() == before


@pytest.mark.parametrize("name", ["alexnet-steps.png", "sheet.png"])
def test_a_comparison_does_not_overwrite_its_content(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.png").rename(name)
    assert main(["compare", name, "style.png", "-o", ".", "--backbone", "alexnet"]) == 2
    assert f"would overwrite CONTENT {name}" in capsys.readouterr().err


def test_a_sheet_of_layers_does_not_overwrite_a_photo(capsys: pytest.CaptureFixture[str]) -> None:
    before = contents()
    assert main(["layers", "alexnet", "--photos", "photos", "-o", "photos/b.png"]) == 2
    assert "would overwrite --photos photos/b.png" in capsys.readouterr().err
    assert contents() == before


def test_two_pictures_with_one_output_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("photos/c.gif", "photos/c.gif.png"):
        Image.new("RGB", (32, 32), "red").save(name)
    assert main(["stylize", "photos", "style.png", "-o", "painted", *SETTINGS]) == 2
    assert "would both be painted/c.gif.png" in capsys.readouterr().err
    assert not Path("painted").exists()


@pytest.mark.parametrize(("arguments", "output"), [(STYLIZE, "o.png"), (DREAM, "o.png")])
def test_the_end_names_the_file(
    arguments: list[str], output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "-o", output, *SETTINGS]) == 0
    assert capsys.readouterr().err.endswith(f"\nwrote {output}\n")


@pytest.mark.parametrize(
    ("output", "named"), [("o.gif", "o.gif"), ("o.png", "o-0001.png to o-0003.png")]
)
def test_the_end_names_the_frames(
    output: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*DREAM, "-o", output, "--frames", "3", *SETTINGS]) == 0
    assert capsys.readouterr().err.endswith(f"\nwrote {named}\n")


def fail_for(monkeypatch: pytest.MonkeyPatch, is_full: Callable[[Path], bool]) -> None:
    """Lets no picture be saved to such paths, as on a disk that has become full."""
    save = Image.Image.save

    def full(image: Image.Image, path: Path, *args: object, **options: object) -> None:
        if isinstance(path, Path) and is_full(path):
            raise OSError(errno.ENOSPC, "No space left on device")
        save(image, path, *args, **options)

    monkeypatch.setattr(Image.Image, "save", full)


@pytest.mark.parametrize("arguments", [STYLIZE, DREAM])
def test_a_full_disk_costs_no_painting(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_for(monkeypatch, lambda path: path.absolute().parent.name == "photos")
    assert main([*arguments, "-o", "photos/o.png", *SETTINGS]) == 2
    rescued = Path("o.png").absolute()
    assert f"photos/o.png could not be written; the picture is in {rescued}" in (
        capsys.readouterr().err
    )
    assert max(open_picture(rescued).size) == 64


@pytest.mark.parametrize("option", ["--preview", "--animation"])
def test_a_preview_that_cannot_be_written_is_a_warning(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_for(monkeypatch, lambda path: "now" in path.name)
    assert main([*STYLIZE, "-o", "o.png", option, "now.png", "--every", "1", *SETTINGS]) == 0
    error = capsys.readouterr().err
    assert error.count("hitsujun: warning: no more") == 1
    assert "No space left on device" in error
    assert Path("o.png").is_file()


def test_an_animation_that_breaks_off_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("now.gif").write_bytes(b"before")
    monkeypatch.setattr("style.pictures.gif_webp._encoded", lambda *_args: _full())
    assert main([*STYLIZE, "-o", "o.png", "--animation", "now.gif", *SETTINGS]) == 0
    assert "no more frames of the animation" in capsys.readouterr().err
    assert Path("now.gif").read_bytes() == b"before"
    assert Path("o.png").is_file()


def _full() -> bytes:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_input_that_is_gone_does_not_end_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("photos/a.png").write_bytes(Path("a.png").read_bytes())
    reading = open_picture

    def gone(path: Path) -> Image.Image:
        if path.name == "a.png":
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return reading(path)

    monkeypatch.setattr("style.pictures.files.open_picture", gone)
    assert main(["stylize", "photos", "style.png", "-o", "painted", *SETTINGS]) == 2
    assert "No such file or directory" in capsys.readouterr().err
    assert [path.name for path in Path("painted").iterdir()] == ["b.png"]


def test_a_checkpoint_goes_once_the_picture_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [*STYLIZE, "-o", "o.png", "--checkpoint", "c.safetensors", *SETTINGS]
    with monkeypatch.context() as full:
        fail_for(full, lambda path: True)
        assert main(command) == 2
    assert not Path("o.png").exists() and Path("c.safetensors").exists()
    assert main([*command, "--resume"]) == 0
    assert Path("o.png").exists() and not Path("c.safetensors").exists()


@pytest.mark.parametrize("name", ["making-0001.png", "photos/b.png"])
def test_a_file_that_is_no_checkpoint_is_not_taken(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    assert main([*STYLIZE, "-o", "o.png", "--checkpoint", name, *SETTINGS]) == 2
    assert f"{name} is no checkpoint of a painting" in capsys.readouterr().err
    assert contents() == before
