"""The loop over a film: what is carried on, where a scene begins, and what is kept."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.errors import ConfigError
from style.films.kept_frames import KeptFrames, PaintedFrame
from style.films.painting import Before, paint_film
from tests.style.films.moving import Pan

pytest.importorskip("cv2", reason="OpenCV is an extra: pip install 'hitsujun[video]'")


class Inverter:
    """Paints the negative of a frame, with noise that differs from frame to frame.

    `stop`: the number of the frame before which it fails.
    """

    size = 96

    def __init__(self, stop: int = 99) -> None:
        self.stop, self.painted, self.scenes = stop, list[int](), list[Image.Image]()
        self.befores: list[Before | None] = []

    def start_scene(self, frame: Image.Image) -> None:
        self.scenes.append(frame)

    def paint(self, number: int, frame: Image.Image, before: Before | None) -> PaintedFrame:
        if number == self.stop:
            raise KeyboardInterrupt
        self.painted.append(number)
        self.befores.append(before)
        noise = np.random.default_rng(number).normal(0, 10, (72, 96, 3))
        values = 255 - np.asarray(frame, float) + noise
        count = before.report["count"] + 1 if before else 1
        return PaintedFrame(Image.fromarray(values.clip(0, 255).astype(np.uint8)), {"count": count})

    def finished(self, frame: Image.Image, picture: Image.Image) -> Image.Image:
        return picture.convert("L")


def test_each_frame_gets_the_one_before_at_its_new_place(tmp_path: Path) -> None:
    painter, kept = Inverter(), KeptFrames(tmp_path / "frames", {})
    shown = list(paint_film(Pan(3), painter, kept))
    assert [one.report["count"] for one in shown] == [1, 2, 3]
    assert painter.befores[0] is None
    (before,) = painter.befores[2:]
    assert before and before.certainty.shape == (72, 96)
    frame = 255 - np.asarray(list(Pan(3).frames())[2], float)
    inside = (slice(8, -8), slice(8, -12))
    assert np.abs(np.asarray(before.picture, float) - frame)[inside].mean() < 15
    assert all(one.picture.mode == "L" for one in shown)


def test_the_temporal_error_is_that_of_the_noise(tmp_path: Path) -> None:
    shown = list(paint_film(Pan(2), Inverter(), KeptFrames(tmp_path / "frames", {})))
    assert "temporal_error" not in shown[0].report
    assert shown[1].report["temporal_error"] == pytest.approx(2 * (10 / 255) ** 2, rel=0.4)
    assert shown[1].report["certain"] > 0.7


def test_a_cut_begins_a_scene(tmp_path: Path) -> None:
    painter = Inverter()
    shown = list(paint_film(Pan(4, cut=2), painter, KeptFrames(tmp_path / "frames", {})))
    assert [one.report["scene"] for one in shown] == [1, 1, 2, 2]
    frames = list(Pan(4, cut=2).frames())
    assert [one.tobytes() for one in painter.scenes] == [frames[n].tobytes() for n in (0, 2)]


def test_a_stopped_film_continues_from_the_frames_that_are_kept(tmp_path: Path) -> None:
    film = Pan(4, cut=2)
    whole = list(paint_film(film, Inverter(), KeptFrames(tmp_path / "whole", {})))
    with pytest.raises(KeyboardInterrupt):
        list(paint_film(film, Inverter(stop=3), KeptFrames(tmp_path / "frames", {})))
    painter = Inverter()
    resumed = list(paint_film(film, painter, KeptFrames(tmp_path / "frames", {})))
    assert painter.painted == [3] and len(painter.scenes) == 2
    assert [one.was_kept for one in resumed] == [True, True, True, False]
    for one, other in zip(whole, resumed, strict=True):
        assert one.picture.tobytes() == other.picture.tobytes()
        assert {**one.report, "seconds": 0} == {**other.report, "seconds": 0}


@pytest.mark.parametrize("file", ["000002.png", "000002.json"])
@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_a_kept_frame_that_is_damaged_is_painted_again(file: str, how: str, tmp_path: Path) -> None:
    film, kept = Pan(3), KeptFrames(tmp_path / "frames", {})
    whole = list(paint_film(film, Inverter(), kept))
    (tmp_path / "frames" / file).unlink()
    if how == "damaged":
        (tmp_path / "frames" / file).write_text("{")
    painter = Inverter()
    resumed = list(paint_film(film, painter, kept))
    assert painter.painted == [1]
    for one, other in zip(whole, resumed, strict=True):
        assert one.picture.tobytes() == other.picture.tobytes()


def test_frames_of_other_settings_are_refused_and_left(tmp_path: Path) -> None:
    kept = KeptFrames(tmp_path / "frames", {"steps": 1})
    kept.save(0, PaintedFrame(Image.new("RGB", (20, 20)), {"scene": 1}))
    with pytest.raises(ConfigError, match="remove that folder to start again"):
        KeptFrames(tmp_path / "frames", {"steps": 2})
    again = KeptFrames(tmp_path / "frames", {"steps": 1})
    assert again.load(0) and again.load(1) is None
    again.remove()
    assert not (tmp_path / "frames").exists()
