import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from data.cache import cache_dir
from service.jobs.compose_request import ComposeRequest
from service.jobs.composer import composed, painter_files
from service.jobs.decoder import Refused
from service.jobs.job import Job
from service.jobs.painter import paint_picture
from service.jobs.wallpaper_options import WallpaperOptions
from style.backbones.registry import facts_of
from style.backbones.weights.store import cached_path

SMALL = {"characters": "山", "size": "320x640"}
FILES = {"content-0.png", "kanji-0.png", "style-0.png", "palette.json", "preview.jpg"}


def request(folder: Path, uploads: dict[str, str] | None = None, **options: Any) -> ComposeRequest:
    return ComposeRequest(SMALL | options, str(folder), 1_000_000, uploads or {})


def saved(folder: Path, name: str, color: str = "teal", side: int = 64) -> str:
    path = folder / name
    Image.new("RGB", (side, side), color).save(path, "PNG")
    return str(path)


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def test_a_wallpaper_that_is_not_painted_is_one_file_named_by_its_hash(tmp_path: Path) -> None:
    first = composed(request(tmp_path, painted=False, seed=7))
    assert composed(request(tmp_path, painted=False, seed=7)) == first
    (file,) = tmp_path.iterdir()
    assert file.name == first["result"] and first["contrast"] >= 3
    assert opened(file).size == (320, 640) == tuple(first["size"])


def test_a_wallpaper_to_paint_leaves_what_the_painter_needs(tmp_path: Path) -> None:
    assert composed(request(tmp_path))["result"] is None
    assert {path.name for path in tmp_path.iterdir()} == FILES
    files = painter_files(tmp_path, WallpaperOptions(**SMALL))
    assert files.ground.size == files.drawing.mask.size == (320, 640)
    assert files.palette.ink == (20, 34, 46) and files.drawing.seal is not None


def test_a_photograph_is_the_ground_and_a_style_the_style(tmp_path: Path) -> None:
    uploads = {"photo": saved(tmp_path, "upload-0"), "style": saved(tmp_path, "upload-1", "red")}
    composed(request(tmp_path, uploads))
    files = painter_files(tmp_path, WallpaperOptions(**SMALL))
    assert files.ground.getpixel((20, 600)) == (0, 128, 128)
    assert files.style.getpixel((20, 20)) == (255, 0, 0)


def test_a_picture_that_is_none_or_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no picture")
    large = saved(tmp_path, "large", side=1001)
    for path in (str(tmp_path / "text"), large):
        with pytest.raises(Refused):
            composed(request(tmp_path, {"photo": path}))
    assert not FILES & {path.name for path in tmp_path.iterdir()}


def test_the_program_answers_what_went_wrong(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no picture")
    text = request(tmp_path, {"photo": str(tmp_path / "text")}).text()
    run = subprocess.run(
        [sys.executable, "-m", "service.jobs.composer"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "send a picture as" in json.loads(run.stdout)["refused"]


@pytest.mark.weights
def test_the_painter_paints_a_wallpaper(tmp_path: Path) -> None:
    if not cached_path(facts_of("alexnet")):
        pytest.skip(f"no alexnet in {cache_dir()}; hitsujun weights fetch alexnet")
    options = {"painting_px": 256, "steps": 1, "backbone": "alexnet"}
    composed(request(tmp_path, **options))
    job = Job(id="a", kind="wallpaper", options=SMALL | options)
    done: list[float] = []
    picture = paint_picture(tmp_path, job, lambda share, picture=None: done.append(share))
    assert picture.size == (320, 640) and done[-1] == 1.0
    assert picture.tobytes() != opened(tmp_path / "content-0.png").tobytes()
    assert opened(tmp_path / "preview.jpg").size == (320, 640)


@pytest.mark.slow
def test_a_fast_style_paints_the_largest_wallpaper_within_the_limits(tmp_path: Path) -> None:
    text = ComposeRequest(
        {"characters": "山", "size": "2160x3840", "fast": "wave"}, str(tmp_path), 1_000_000
    ).text()
    run = subprocess.run(
        [sys.executable, "-m", "service.jobs.composer"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(run.stdout)["size"] == [2160, 3840]


def test_a_wallpaper_in_a_fast_style_is_the_result_and_legible(tmp_path: Path) -> None:
    plain = composed(request(tmp_path, painted=False))
    painted = composed(request(tmp_path, fast="wave"))
    assert painted["contrast"] >= 3 and painted["result"] not in (None, plain["result"])
    assert opened(tmp_path / painted["result"]).size == (320, 640)
