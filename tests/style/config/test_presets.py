from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style import ConfigError, StylizeConfig, preset, preset_names
from style.backbones.registry import BACKBONES
from style.config.presets import FOLDER


def test_the_presets_are_those_that_were_promised() -> None:
    assert set(preset_names()) == {"sketch", "painting", "mosaic", "subtle", "wild"}


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_preset_fits_every_backbone(name: str, backbone: str) -> None:
    assert preset(name, backbone=backbone) != StylizeConfig(backbone=backbone)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_what_it_is_and_nothing_that_is_so_anyway(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    assert text.startswith("# ")
    written = [line.partition(" =")[0] for line in text.splitlines() if not line.startswith("#")]
    plain, found = asdict(StylizeConfig()), asdict(preset(name))
    assert written == [key for key in written if found[key] != plain[key]]


def test_what_is_given_wins() -> None:
    assert preset("wild", content_weight=0.7, seed=3).content_weight == 0.7
    assert preset("wild", seed=3) != preset("wild")
    assert preset(None, seed=3) == StylizeConfig(seed=3)


def test_a_preset_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'scetch'; there are mosaic.*mean sketch\?"):
        preset("scetch")


def test_the_command_lets_options_win_over_a_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save("a.png")
    arguments = ["stylize", "a.png", "a.png", "-o", "out.png", "--preset", "wild"]
    assert main([*arguments, "--init", "none.png"]) == 2
    assert "init is 'none.png'" in capsys.readouterr().err  # in place of the preset's noise
    assert main([*arguments[:-1], "wilt"]) == 2
    assert "did you mean wild?" in capsys.readouterr().err
