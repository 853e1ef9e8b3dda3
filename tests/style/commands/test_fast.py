"""`hitsujun stylize --fast`, with the shipped network."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style.fast import FastStyle

STYLE, OTHER = FastStyle.load().names[:2]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 56, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_a_photo_is_painted_and_reported(photo: Path) -> None:
    out, report = photo.with_name("out.png"), photo.with_name("report.json")
    command = ["stylize", str(photo), "--fast", f"{STYLE}=0.7,{OTHER}=0.3", "--strength", "0.5"]
    assert main([*command, "--size", "48", "-o", str(out), "--report", str(report)]) == 0
    with Image.open(out) as painted:
        assert painted.size == (48, 34)
    assert json.loads(report.read_text())["size"] == [48, 34]


def test_list_prints_the_names_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "--fast", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == list(FastStyle.load().names)


def test_list_draws_a_sheet(photo: Path) -> None:
    out = photo.with_name("sheet.png")
    assert main(["stylize", str(photo), "--fast", "list", "-o", str(out)]) == 0
    with Image.open(out) as sheet:
        assert sheet.width > 56 * 2


def test_a_folder_is_painted_and_a_damaged_picture_reported(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photo.parent / "damaged.png").write_bytes(b"not a picture")
    out = photo.parent / "painted"
    assert main(["stylize", str(photo.parent), "--fast", STYLE, "-o", str(out)]) == 2
    assert [path.name for path in out.iterdir()] == ["photo.png"]
    assert "damaged.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fast", ""], "'' is no style or blend"),
        (["--fast", "nonsense"], "there is no fast style 'nonsense'"),
        (["--fast", STYLE, "--steps", "5"], "--fast does not take --steps"),
        (["--fast", STYLE, "--seed", "5"], "--fast does not take --seed"),
        (["--fast", STYLE, "--preset", "wild"], "--fast does not take --preset"),
        (["--fast", STYLE, "--content-mask", "red"], "--fast does not take --content-mask"),
        (["--fast", STYLE, "--strength", "2"], "strength is 2.0; allowed: 0 to 1"),
        (["--fast", STYLE, "--colors", "matched"], "fast styles allow: style, grey"),
        (["style.png", "--fast", STYLE], "--fast does not take the picture style.png"),
    ],
)
def test_what_does_not_fit_is_one_error(
    photo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(photo.parent)
    Path("style.png").write_bytes(photo.read_bytes())
    out = photo.with_name("out.png")
    assert main(["stylize", str(photo), *options, "-o", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fast", STYLE], "needs a CONTENT to paint and -o OUT"),
        (["--fast", "list", "photo.png"], "needs both CONTENT and -o OUT"),
    ],
)
def test_a_missing_file_name_is_one_error(
    photo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(photo.parent)
    assert main(["stylize", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["photo.png", "-o", "out.png"], ["photo.png", "style.png"], ["-o", "out.png"]]
)
def test_without_fast_the_style_and_the_output_are_still_needed(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stylize", *arguments])
    assert "the following arguments are required" in capsys.readouterr().err
