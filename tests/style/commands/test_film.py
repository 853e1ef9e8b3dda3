"""`hitsujun stylize FILM`. The weights are random: only the files matter."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main
from style.commands.film import FOLDER
from style.commands.film_line import FilmLine
from style.fast import FastStyle
from style.fast.drawing.styles import drawn
from style.pictures.animation import FrameWriter
from style.runs.progress import Progress
from tests.style.films.moving import Pan, texture

av = pytest.importorskip("av", reason="PyAV is an extra: pip install 'hitsujun[video]'")
pytest.importorskip("cv2", reason="OpenCV is an extra: pip install 'hitsujun[video]'")

SLOW = ["style.png", "--backbone=alexnet", "--size=64", "--steps=2", "--frame-steps=2"]
SLOW += ["--device=cpu", "--precision=float32"]
FAST = ["--fast", FastStyle.load().names[0]]
LONG_S = 120


@pytest.fixture(autouse=True)
def here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    import_random_weights: Callable[[str], None],
) -> None:
    import_random_weights("alexnet")
    monkeypatch.chdir(tmp_path)
    Path("frames").mkdir()
    texture(5, 96, 96).save("style.png")
    with FrameWriter(Path("film.mp4")) as writer:
        for number, frame in enumerate(Pan(3, size=(64, 48)).frames()):
            writer.add(frame)
            frame.save(f"frames/{number}.png")


def frames_of(path: str) -> list[bytes]:
    with av.open(path) as film:
        return [frame.to_image().tobytes() for frame in film.decode(video=0)]


def test_a_film_is_painted_and_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "film.mp4", *SLOW, "-o", "out.mp4", "--report", "r.json"]) == 0
    with av.open("out.mp4") as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, float(stream.average_rate)) == (64, 48, 12.5)
        assert len(list(film.decode(stream))) == 3
    report = json.loads(Path("r.json").read_text())
    assert (report["scenes"], len(report["frames"])) == (1, 3)
    errors = [one["temporal_error"] for one in report["frames"][1:]]
    assert report["temporal_error"] == pytest.approx(sum(errors) / 2)
    assert report["settings"]["frame_steps"] == 2
    said = capsys.readouterr().err
    assert "frame 3/3, 64 px, step 2/2" in said and said.endswith("wrote out.mp4\n")
    assert not Path(FOLDER.format("out.mp4")).exists()


def test_a_film_keeps_its_own_rate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "film.mp4", *SLOW, "--fps", "10", "-o", "out.mp4"]) == 2
    assert "--fps is for a folder of frames: film.mp4 has a rate of its" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["out.gif", "out.webp", "out.mp4"])
def test_a_folder_of_frames_is_painted_as_a_film(out: str) -> None:
    assert main(["stylize", "frames", *FAST, "--fps", "10", "-o", out]) == 0
    with av.open(out) if out != "out.webp" else Image.open(out) as film:
        count = film.n_frames if out == "out.webp" else len(list(film.decode(video=0)))
    assert count == 3


@pytest.mark.slow
def test_a_film_is_painted_in_a_style_that_code_draws() -> None:
    drawn("pen").save("pen.png")
    for style, out in (("drawn:pen", "out.mp4"), ("pen.png", "other.mp4")):
        assert main(["stylize", "film.mp4", style, *SLOW[1:], "-o", out]) == 0
    assert frames_of("out.mp4") == frames_of("other.mp4")


def test_a_film_becomes_numbered_pictures_too() -> None:
    assert main(["stylize", "film.mp4", *FAST, "-o", "out.png"]) == 0
    assert sorted(path.name for path in Path().glob("out*")) == [
        f"out-000{number}.png" for number in (1, 2, 3)
    ]


def test_a_gif_is_a_film_where_a_film_is_written() -> None:
    assert main(["stylize", "frames", *FAST, "-o", "film.gif"]) == 0
    assert main(["stylize", "film.gif", *FAST, "-o", "out.mp4"]) == 0
    assert len(frames_of("out.mp4")) == 3
    assert main(["stylize", "film.gif", *FAST, "-o", "out.jpg"]) == 0
    with Image.open("out.jpg") as still:
        assert still.size == (64, 48)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_film_continues_to_the_same_film(how: signal.Signals) -> None:
    long = [*SLOW[:3], "--steps=2", "--frame-steps=25", *SLOW[5:]]
    command = ["stylize", "film.mp4", *long, "-o", "out.mp4"]
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[3]))
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli", *command], stderr=subprocess.PIPE, env=environment
    ) as process:
        said = b""
        assert process.stderr
        while b"frame 3/3" not in said:
            said += (part := process.stderr.read(1))
            assert part, said.decode()
        process.send_signal(how)
        said = process.communicate(timeout=LONG_S)[1]
    folder = Path(FOLDER.format("out.mp4"))
    assert process.returncode == (130 if how == signal.SIGINT else -how)
    if how == signal.SIGINT:
        assert f"the same command continues, from the frames in {folder}" in said.decode()
    assert not Path("out.mp4").exists() and (folder / "000002.png").exists()
    kept = (folder / "000002.png").stat().st_mtime_ns
    assert main([*command, "--temporal-weight", "9"]) == 2  # refused: other settings
    assert (folder / "000002.png").stat().st_mtime_ns == kept
    assert main(command) == 0
    assert main(["stylize", "film.mp4", *long, "-o", "whole.mp4"]) == 0
    assert frames_of("out.mp4") == frames_of("whole.mp4")


@pytest.mark.parametrize(("arguments", "said"), [
    (["junk.mp4", *SLOW, "-o", "out.mp4"], "junk.mp4 is no film that can be read"),
    (["none.mp4", *SLOW, "-o", "out.mp4"], "none.mp4: there is no such file"),
    (["film.mp4", *SLOW, "-o", "out.avi"], "cannot write out.avi: its suffix must be .gif"),
    (["frames", *SLOW, "-o", "frames/3.webp"], "would overwrite CONTENT frames/3.webp"),
    (["film.mp4", *SLOW, "-o", "film.mp4"], "--output film.mp4 would overwrite CONTENT film.mp4"),
    (["film.mp4", *SLOW, "-o", "out.mp4", "--preview", "p.png"], "a film does not take --preview"),
    (["film.mp4", *SLOW, "-o", "out.mp4", "--content-mask", "red"], "take --content-mask"),
    (["film.mp4", *SLOW, "-o", "out.mp4", "--dream", "auto"], "name a layer"),
    (["film.mp4", *SLOW, "-o", "out.mp4", "--frame-steps", "0"], "frame_steps is 0; allowed: 1"),
    (["film.mp4", *FAST, "-o", "out.mp4", "--frame-steps", "3"], "not take --frame-steps"),
    (["film.mp4", *FAST, "-o", "out.mp4", "--steps", "3"], "--fast does not take --steps"),
    (["style.png", *SLOW, "-o", "out.png"], "--frame-steps: only for a film"),
])  # fmt: skip
def test_what_cannot_be_painted_is_one_line_and_leaves_no_file(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("junk.mp4").write_text("no film")
    texture(5, 64, 48).save("frames/3.webp")
    before = sorted(Path().iterdir())
    assert main(["stylize", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[-1] and len(lines) == 1
    assert sorted(Path().iterdir()) == before


def test_the_line_counts_the_first_frame_by_its_steps_and_sizes() -> None:
    line, shown = FilmLine(3, 10), list[float]()
    line._line.show = lambda done, text: shown.append(done)  # type: ignore[method-assign]
    first = Progress(1, 2, 256, 40, 40, {"total": 1}, lambda: Image.new("RGB", (1, 1)), "", (1, 4))
    line(0, first)
    line(1, Progress(0, 1, 256, 5, 10, {"total": 1}, first.picture))
    line.painted(3)
    assert shown == pytest.approx([5 / 7, 5.5 / 7, 1])
