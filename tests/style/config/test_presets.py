from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style import ConfigError, StylizeConfig, preset, preset_names
from style.backbones.registry import BACKBONES
from style.config.presets import FOLDER


def test_the_shipped_presets_are_these_five() -> None:
    assert set(preset_names()) == {"sketch", "painting", "mosaic", "subtle", "wild"}


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_preset_fits_every_backbone(name: str, backbone: str) -> None:
    assert preset(name, backbone=backbone) != StylizeConfig(backbone=backbone)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_file_has_a_description_and_no_default_value(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    assert text.startswith("# ")
    names = [line.partition(" =")[0] for line in text.splitlines() if not line.startswith("#")]
    defaults, settings = asdict(StylizeConfig()), asdict(preset(name))
    assert names == [key for key in names if settings[key] != defaults[key]]


def test_given_settings_take_precedence_over_a_preset() -> None:
    assert preset("wild", content_weight=0.7, seed=3).content_weight == 0.7
    assert preset("wild", seed=3) != preset("wild")
    assert preset(None, seed=3) == StylizeConfig(seed=3)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_painted_by_neighbours(name: str) -> None:
    config = preset(name, method="neighbours")
    assert (config.method, config.style_loss) == ("neighbours", StylizeConfig.style_loss)


def test_an_unknown_preset_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'scetch'; available: mosaic.*mean sketch\?"):
        preset("scetch")


def test_options_of_the_command_take_precedence_over_a_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save("a.png")
    arguments = ["stylize", "a.png", "a.png", "-o", "out.png", "--preset", "wild"]
    assert main([*arguments, "--init", "none.png"]) == 2
    assert "init is 'none.png'" in capsys.readouterr().err  # which replaces the preset's noise
    assert main([*arguments[:-1], "wilt"]) == 2
    assert "did you mean wild?" in capsys.readouterr().err
