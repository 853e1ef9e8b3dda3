import json
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main
from style.pictures.files import open_picture


def wallpaper(output: Path, *options: str) -> int:
    return main(["wallpaper", "山", "-o", str(output), "--size", "320x640", *options])


def test_it_draws_a_wallpaper_and_says_how_legible_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wallpaper(tmp_path / "a.png", "--pattern", "yama", "--reading") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["size"] == [320, 640] and said["contrast"] >= 3
    assert open_picture(tmp_path / "a.png").size == (320, 640)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a.png", "4"), ("b.png", "4"), ("c.png", "5")):
        assert wallpaper(tmp_path / name, "--seed", seed) == 0
    a, b, c = ((tmp_path / name).read_bytes() for name in ("a.png", "b.png", "c.png"))
    assert a == b != c


def test_a_photograph_and_an_own_drawing_are_taken_from_files(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "photo.png")
    (tmp_path / "ink.jsonl").write_text('{"strokes": [[[0, 0, 0], [9, 0, 50]]]}\n')
    options = ["--photo", str(tmp_path / "photo.png"), "--ink", str(tmp_path / "ink.jsonl")]
    assert wallpaper(tmp_path / "a.jpg", *options) == 0
    red, green, blue = open_picture(tmp_path / "a.jpg").getpixel((20, 600))  # type: ignore[misc]
    assert red < 20 and abs(green - 128) < 20 and abs(blue - 128) < 20


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--size", "1x1"], "320 to 4096"),
        (["--pattern", "shipo"], "did you mean shippo"),
        (["--palette", "x"], "palette is 'x'"),
        (["--photo", "none.png"], "none.png"),
        (["--seed", "-1"], "seed is -1"),
        (["--fast", "wave", "--style", "sumi"], "either --fast or --style"),
        (["--fast", "wave", "--strength", "0.2"], "only --style reads --strength"),
        (["--steps", "5", "--painting-px", "300"], "only --style reads --painting-px, --steps"),
    ],
)
def test_a_bad_option_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert wallpaper(tmp_path / "a.png", *options) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not (tmp_path / "a.png").exists()


def test_a_fast_style_paints_the_ground(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in (("a.png", []), ("b.png", ["--fast", "mosaic"])):
        assert wallpaper(tmp_path / name, *options) == 0
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
    assert wallpaper(tmp_path / "c.png", "--fast", "mosaik") == 2
    assert "did you mean mosaic" in capsys.readouterr().err
