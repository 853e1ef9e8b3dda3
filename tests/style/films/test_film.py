"""Films are read frame by frame, from files and from folders."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style import PictureError
from style.films.film import FilmFile, open_film
from style.pictures.animation import FrameWriter
from tests.style.films.moving import Pan

av = pytest.importorskip("av", reason="PyAV is an extra: pip install 'hitsujun[video]'")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    with FrameWriter(path, frame_ms=1000 / Fraction(30000, 1001)) as writer:
        for frame in Pan(5).frames():
            writer.add(frame)
    return path


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def test_a_film_has_its_frames_in_their_order_and_its_rate(path: Path) -> None:
    film = open_film(path, fps=5)
    assert (film.count, film.rate) == (5, Fraction(30000, 1001))
    drawn, read = list(Pan(5).frames()), list(film.frames())
    assert len(read) == 5
    for number, frame in enumerate(read):
        differences = [difference(frame, one) for one in drawn]
        assert differences[number] == min(differences) < 12


def test_a_film_that_is_to_be_turned_is_turned(path: Path) -> None:
    """As a phone films that is held upright: the matrix in the header says how to turn it."""
    content = path.read_bytes()
    at = content.index(b"tkhd") + 4 + 4 + 20 + 8 + 8  # version and flags, times and id, layer
    fixed = {0: 0, 1: 1 << 16, 3: -(1 << 16) % 2**32, 4: 0}  # turned clockwise by a quarter
    matrix = [int.from_bytes(content[at + 4 * n : at + 4 * n + 4], "big") for n in range(9)]
    assert matrix[0] == matrix[4] == 1 << 16
    matrix = [fixed.get(number, value) for number, value in enumerate(matrix)]
    turned = b"".join(value.to_bytes(4, "big") for value in matrix)
    path.write_bytes(content[:at] + turned + content[at + 36 :])
    first, drawn = next(open_film(path, fps=5).frames()), next(Pan(1).frames())
    assert first.size == (72, 96)
    assert difference(first, drawn.rotate(-90, expand=True)) < 12


def test_the_pictures_of_a_folder_are_frames_at_a_rate_that_is_given(tmp_path: Path) -> None:
    frames = list(Pan(3).frames())
    for number, frame in enumerate(frames):
        frame.save(tmp_path / f"{number}.png")
    film = open_film(tmp_path, fps=12.5)
    assert (film.count, film.rate) == (3, Fraction(25, 2))
    assert [one.tobytes() for one in film.frames()] == [one.tobytes() for one in frames]


def test_a_frame_of_another_size_is_named(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "1.png")
    Image.new("RGB", (40, 32)).save(tmp_path / "2.png")
    with pytest.raises(PictureError, match=r"2\.png is 40x32, and the frames before it 40x30"):
        open_film(tmp_path, fps=24)  # before any frame is painted


def test_a_frame_of_another_size_is_named_where_its_header_does_not_show_it(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "1.png")
    Image.new("RGB", (30, 40)).save(tmp_path / "2.png")
    film = open_film(tmp_path, fps=24)
    with pytest.raises(PictureError, match=r"2\.png is 30x40, and the frames before it 40x30"):
        list(film.frames())


def test_what_is_no_film_is_refused(tmp_path: Path, path: Path) -> None:
    other, short = tmp_path / "text.mp4", tmp_path / "short.mp4"
    other.write_text("no film")
    short.write_bytes(path.read_bytes()[:300])
    for file in (other, short):
        with pytest.raises(PictureError, match=rf"{file.name} is no film that can be read"):
            open_film(file, fps=24)
    with pytest.raises(FileNotFoundError):
        open_film(tmp_path / "none.mp4", fps=24)


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", 8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(PictureError, match="it has sound, and no pictures"):
        open_film(path, fps=24)


def test_without_a_decoder_a_film_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PictureError, match=r"pip install 'hitsujun\[video\]'"):
        FilmFile.open(path)


def test_films_differ_by_their_content(tmp_path: Path, path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(path.read_bytes() + b"\0")
    assert open_film(path, fps=24).sha256() != open_film(other, fps=24).sha256()
