"""Frames painted by optimisation: each keeps what the one before painted. Random weights."""

from dataclasses import replace
from pathlib import Path

import pytest

from style import StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.config.film import FilmConfig
from style.films.kept_frames import KeptFrames
from style.films.painting import ShownFrame, paint_film
from style.films.slow_frames import SlowFrames
from style.pictures.colors import recolored
from tests.style.films.moving import Pan, texture

pytest.importorskip("cv2", reason="OpenCV is an extra: pip install 'hitsujun[video]'")

CONFIG = StylizeConfig("alexnet", 96, 8, precision="float32", device="cpu")
STYLE = texture(5, 96, 96)


def painted(
    folder: Path, backbone: Backbone, config: StylizeConfig, film: FilmConfig, source: Pan
) -> list[ShownFrame]:
    painter = SlowFrames([STYLE], config, film, backbone=backbone)
    return list(paint_film(source, painter, KeptFrames(folder, {})))


def test_the_first_frame_is_painted_as_a_picture_by_itself(
    tmp_path: Path, backbone: Backbone
) -> None:
    (frame,) = Pan(1).frames()
    for number, colors in enumerate(("style", "luminance", "matched")):
        config = replace(CONFIG, colors=colors)
        (shown,) = painted(tmp_path / str(number), backbone, config, FilmConfig(), Pan(1))
        alone = stylize(frame, [STYLE], config, backbone=backbone).image
        assert shown.picture.tobytes() == alone.tobytes()


@pytest.mark.parametrize("method", ["gatys", "neighbours"])
def test_the_temporal_loss_keeps_a_frame_like_the_one_before(
    tmp_path: Path, backbone: Backbone, method: str
) -> None:
    config = replace(CONFIG, method=method)
    errors = [
        painted(
            tmp_path / str(weight), backbone, config, FilmConfig(6, weight), Pan(2)
        )[1].report["temporal_error"]
        for weight in (0.0, 1000.0)
    ]  # fmt: skip
    assert errors[1] < errors[0] / 2


def test_the_content_weight_of_a_scene_stays(tmp_path: Path, backbone: Backbone) -> None:
    film = painted(tmp_path / "film", backbone, CONFIG, FilmConfig(6), Pan(4, cut=2))
    weights = [one.report["content_weight"] for one in film]
    assert weights[0] == weights[1] and weights[2] == weights[3]
    assert "temporal" in film[1].report["losses"] and "temporal" not in film[2].report["losses"]


def test_matched_styles_are_those_of_the_scene(tmp_path: Path, backbone: Backbone) -> None:
    config = replace(CONFIG, colors="matched", steps=2)
    painter = SlowFrames([STYLE], config, FilmConfig(1), backbone=backbone)
    list(paint_film(Pan(4, cut=2), painter, KeptFrames(tmp_path / "film", {})))
    frames = list(Pan(4, cut=2).frames())
    (style,) = painter._scene_styles
    assert style.tobytes() == recolored(STYLE, frames[2], "matched").tobytes()
