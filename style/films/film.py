"""A film: frames of one size in their order, from a file or from a folder of pictures.

Needs no torch. Files are read by PyAV, an extra.
"""

from __future__ import annotations

import hashlib
import importlib.util
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from data.pictures.picture_formats import readable_formats
from style.errors import PictureError
from style.pictures.files import check_size, open_picture
from style.pictures.folders import pictures_in

if TYPE_CHECKING:
    from av.container import InputContainer

FILM_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ogv", ".wmv", ".3gp",
)  # fmt: skip
MOST_FRACTION = 1001  # largest denominator of a rate: 30000/1001 is that of NTSC


class Film(Protocol):
    """What is painted: `count` frames, `rate` of them a second."""

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        ...

    @property
    def count(self) -> int:
        """How many frames there are."""
        ...

    def frames(self) -> Iterator[Image.Image]:
        """The frames, RGB or RGBA in sRGB, upright. Raises PictureError for a damaged one."""
        ...

    def sha256(self) -> str:
        """Of all that the frames are read from."""
        ...


@dataclass(frozen=True)
class FilmFile:
    """The first picture stream of a film file."""

    path: Path
    rate: Fraction
    count: int

    @classmethod
    def open(cls, path: Path) -> FilmFile:
        """Raises PictureError where the file is no film, OSError where there is none."""
        path.stat()
        _check_reader(path)
        with _read(path) as container:
            stream = container.streams.video[0]
            check_size((stream.width, stream.height), str(path))
            count = sum(1 for packet in container.demux(stream) if packet.size)
            rate = stream.average_rate or stream.guessed_rate
        if not count or not rate:
            raise PictureError(f"{path} is no film: it has no frames")
        return cls(path, rate.limit_denominator(MOST_FRACTION), count)

    def frames(self) -> Iterator[Image.Image]:
        """As `Film.frames`."""
        with _read(self.path) as container:
            for frame in container.decode(container.streams.video[0]):
                image = frame.to_image()  # type: ignore[no-untyped-call]
                # counterclockwise; phones film in one direction and note how it is to be shown
                yield image.rotate(frame.rotation, expand=True) if frame.rotation else image

    def sha256(self) -> str:
        """As `Film.sha256`."""
        return _sha256([self.path])


@dataclass(frozen=True)
class FrameFolder:
    """Pictures of one size in the order of their names."""

    pictures: Sequence[Path]
    rate: Fraction

    @classmethod
    def open(cls, folder: Path, fps: float) -> FrameFolder:
        """Raises PictureError where the folder has no picture, or a frame has another size."""
        film = cls(pictures_in(folder), Fraction(fps).limit_denominator(MOST_FRACTION))
        _check_headers(film.pictures)
        return film

    @property
    def count(self) -> int:
        """As `Film.count`."""
        return len(self.pictures)

    def frames(self) -> Iterator[Image.Image]:
        """As `Film.frames`. Raises PictureError for a frame of another size."""
        size: tuple[int, int] | None = None
        for path in self.pictures:
            image = open_picture(path)
            size = size or image.size
            if image.size != size:
                raise _another_size(path, image.size, size)
            yield image

    def sha256(self) -> str:
        """As `Film.sha256`."""
        return _sha256(self.pictures)


def open_film(path: Path, *, fps: float) -> Film:
    """A film file, or a folder of frames, of which `fps` are shown a second.

    Raises PictureError where it is neither, OSError where there is nothing.
    """
    return FrameFolder.open(path, fps) if path.is_dir() else FilmFile.open(path)


def _check_headers(pictures: Sequence[Path]) -> None:
    """Raises PictureError where a header has another size than those before; decodes nothing.

    A size may be that before the picture is turned upright, so that width and height may be
    exchanged here. A header that cannot be read is told of when the frame is.
    """
    first: tuple[int, int] | None = None
    for path in pictures:
        size = _header_size(path)
        first = first or size
        if size and first and sorted(size) != sorted(first):
            raise _another_size(path, size, first)


def _header_size(path: Path) -> tuple[int, int] | None:
    with warnings.catch_warnings(), suppress(Exception):  # decoders raise errors of many types
        warnings.simplefilter("ignore")  # about damaged metadata and large pictures
        with Image.open(path, formats=readable_formats()) as image:
            return image.size
    return None


def _another_size(path: Path, size: tuple[int, int], before: tuple[int, int]) -> PictureError:
    return PictureError(
        f"{path} is {size[0]}x{size[1]}, and the frames before it {before[0]}x{before[1]}:"
        " the frames of a film have one size"
    )


def _check_reader(path: Path) -> None:
    if importlib.util.find_spec("av") is None:
        raise PictureError(
            f"reading the film {path} needs PyAV: pip install 'hitsujun[video]', or give a folder"
            " of its frames"
        )


@contextmanager
def _read(path: Path) -> Iterator[InputContainer]:
    """The open file. What FFmpeg says of a damaged one is a PictureError."""
    import av

    try:
        with av.open(path) as container:
            if not container.streams.video:
                raise PictureError(f"{path} is no film: it has sound, and no pictures")
            yield container
    except av.FFmpegError as error:
        raise PictureError(
            f"{path} is no film that can be read ({error.strerror}): give a film"
            f" ({', '.join(FILM_SUFFIXES)}) or a folder of frames"
        ) from error


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
