"""A picture that is smaller than was asked for says so, or is enlarged. Random weights."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main

SETTINGS = ["--backbone=alexnet", "--size=128", "--steps=1", "-o", "out.png"]


@pytest.mark.parametrize("command", [["stylize", "a.png", "a.png"], ["dream", "a.png"]])
def test_it_keeps_its_size_and_says_so_or_is_enlarged(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    import_random_weights: Callable[[str], None],
) -> None:
    import_random_weights("alexnet")
    monkeypatch.chdir(tmp_path)
    Image.effect_noise((96, 72), 60).convert("RGB").save("a.png")
    note = "a.png is 96x72 px and keeps that size; --enlarge scales it up to 128\n"
    for options, size in (([], (96, 72)), (["--enlarge"], (128, 96))):
        assert main([*command, *SETTINGS, *options]) == 0
        assert (note in capsys.readouterr().err) == (not options)
        with Image.open("out.png") as image:
            assert image.size == size
