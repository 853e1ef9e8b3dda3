"""Frames on disk, read back by Pillow and PyAV."""

import signal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.errors import DataError
from data.overwriting import check_no_overwrite
from style import PictureError
from style.pictures.animation import FRAME_MS, FrameWriter, overwritten_files


def frame(number: int, mode: str = "RGB") -> Image.Image:
    """A smooth picture with odd sides, another for each number; RGBA is transparent on its left."""
    y, x = np.mgrid[:21, :33] / 33
    channels = [(x + number / 4) % 1, y, np.full_like(x, number / 4), (x > 0.5) * 1.0]
    pixels = (255 * np.stack(channels[: len(mode)], axis=-1)).astype(np.uint8)
    return Image.fromarray(pixels)


def distance(one: Image.Image, other: Image.Image) -> float:
    """The mean absolute difference of alpha and of the visible colours."""
    pixels = [np.asarray(image.convert("RGBA"), float) for image in (one, other)]
    colours = [image[..., :3] * image[..., 3:] / 255 for image in pixels]
    return float(
        np.abs(colours[0] - colours[1]).mean() + np.abs(pixels[0] - pixels[1])[..., 3].mean()
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_an_animation_has_every_frame_and_loops_forever(
    tmp_path: Path, suffix: str, mode: str
) -> None:
    path = tmp_path / f"out.{suffix}"
    with FrameWriter(path) as writer:
        for number in range(4):
            writer.add(frame(number, mode))
        assert not path.exists()
    with Image.open(path) as animation:
        assert (animation.n_frames, animation.size, animation.info["loop"]) == (4, (33, 21), 0)  # type: ignore[attr-defined]
        for number in range(4):
            animation.seek(number)
            animation.load()
            assert animation.info["duration"] == FRAME_MS
            distances = [distance(animation, frame(other, mode)) for other in range(4)]
            assert distances[number] == min(distances) < 5
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_mp4_is_decoded_frame_by_frame(tmp_path: Path, mode: str) -> None:
    av = pytest.importorskip("av", reason="PyAV is an extra: pip install 'hitsujun[video]'")
    path = tmp_path / "out.mp4"
    with FrameWriter(path) as writer:
        for number in range(4):
            writer.add(frame(number, mode))
    with av.open(path) as video:
        stream = video.streams.video[0]
        assert (stream.codec.name, stream.average_rate) == ("h264", Fraction(1000, FRAME_MS))
        decoded = [one.to_image() for one in video.decode(stream)]
    assert [one.size for one in decoded] == [(32, 20)] * 4
    frames = [frame(number, mode).convert("RGBA") for number in range(4)]
    white = Image.new("RGBA", (33, 21), "white")
    expected = [Image.alpha_composite(white, one).crop((0, 0, 32, 20)) for one in frames]
    for number, one in enumerate(decoded):
        distances = [distance(one, other) for other in expected]
        assert distances[number] == min(distances) < 12


def test_without_an_encoder_an_mp4_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PictureError, match=r"pip install 'hitsujun\[video\]'"):
        FrameWriter(tmp_path / "out.mp4")


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_an_animation_that_fails_leaves_what_was_there(tmp_path: Path, suffix: str) -> None:
    if suffix == "mp4":
        pytest.importorskip("av", reason="PyAV is an extra: pip install 'hitsujun[video]'")
    path = tmp_path / f"out.{suffix}"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), FrameWriter(path) as writer:
        writer.add(frame(0))
        raise RuntimeError
    with FrameWriter(path):
        pass
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_ctrl_c_while_a_frame_is_written_leaves_a_whole_animation(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(writer: FrameWriter, picture: Image.Image) -> None:
        signal.raise_signal(signal.SIGINT)
        write(writer, picture)

    write = FrameWriter._write
    monkeypatch.setattr(FrameWriter, "_write", interrupted)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    with FrameWriter(tmp_path / f"out.{suffix}") as writer:
        for number in range(2):
            with pytest.raises(KeyboardInterrupt):
                writer.add(frame(number))
    signal.signal(signal.SIGINT, handler)
    with Image.open(tmp_path / f"out.{suffix}") as animation:
        assert animation.n_frames == 2  # type: ignore[attr-defined]


def test_other_suffixes_give_numbered_pictures(tmp_path: Path) -> None:
    with FrameWriter(tmp_path / "out.png") as writer:
        for number in range(2):
            writer.add(frame(number))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out-0001.png", "out-0002.png"]
    with Image.open(tmp_path / "out-0002.png") as second:
        assert distance(second, frame(1)) == 0


@pytest.mark.parametrize(
    "name", ["out.xyz", "file/out.gif", "file/out.png", "folder.gif", "folder.mp4", "folder.png"]
)
def test_a_path_that_cannot_be_written_is_refused_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    if name.startswith("folder"):
        (tmp_path / name).mkdir()
    with pytest.raises(PictureError):
        FrameWriter(tmp_path / name)


def test_numbered_frames_do_not_overwrite_an_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("making-0001.png", "making-12345.png", "making-1.png", "making-0001.jpg"):
        Path(name).touch()
    assert sorted(overwritten_files(Path("making.png"))) == [
        Path("making-0001.png"),
        Path("making-12345.png"),
    ]
    assert overwritten_files(Path("making.gif")) == [Path("making.gif")]
    with pytest.raises(DataError, match=r"--animation making-0001\.png would overwrite"):
        check_no_overwrite(
            {"--animation": overwritten_files(Path("making.png"))},
            {"CONTENT": Path("making-0001.png")},
        )
