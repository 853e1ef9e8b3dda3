"""No picture starts another program, whatever its name says."""

import shlex
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from PIL import Image, UnidentifiedImageError

from data.pictures.picture_formats import READABLE, readable_formats
from service.cli import main

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 64 64
%%EndComments
showpage
%%EOF
"""
COMMANDS = [
    "stylize eps.png pic.png -o x.png",
    "stylize pic.png eps.png -o x.png",
    "stylize eps.png -o x.png --fast sumi",
    "stylize frames pic.png -o x.gif",
    "dream eps.png -o x.png",
    "data build photos photos -o x.h5",
    "wallpaper 永 -o x.png --photo eps.png",
]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which a Ghostscript on PATH writes that it was called."""
    monkeypatch.chdir(tmp_path)
    programs, calls = tmp_path / "programs", tmp_path / "calls"
    programs.mkdir()
    (programs / "gs").write_text(f"#!/bin/sh\necho called >> {calls}\nexit 1\n")
    (programs / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setattr("PIL.EpsImagePlugin.gs_binary", None)  # it is looked for once
    for name in ("eps.png", "frames/1.png", "photos/train/cat/1.jpg", "photos/train/dog/1.jpg"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(EPS)
    Image.new("RGB", (64, 64), "red").save("pic.png")
    return calls


@pytest.mark.parametrize("line", COMMANDS)
def test_eps_with_the_name_of_a_picture_is_refused_and_starts_nothing(
    calls: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert main(shlex.split(line)) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert "is not a picture in a supported format but PostScript; give JPEG, PNG" in error
    assert not calls.exists()
    assert not list(Path().glob("x.*"))


def test_the_fake_would_be_called_by_pillow_alone(calls: Path) -> None:
    with Image.open("eps.png") as image, pytest.raises((OSError, CalledProcessError)):
        image.load()
    assert calls.exists()
    with pytest.raises(UnidentifiedImageError):
        Image.open("eps.png", formats=readable_formats())


def test_every_format_that_is_named_is_read_by_this_pillow() -> None:
    assert readable_formats() == READABLE
