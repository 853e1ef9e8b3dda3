"""Frames on disk: numbered pictures, or one animated file. Needs no torch."""

from __future__ import annotations

import re
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType

from PIL import Image

from data.cache import replacing
from data.interrupts import uninterrupted
from style.pictures.gif_webp import GifWriter, WebPWriter
from style.pictures.mp4 import Mp4Writer, check_encoder
from style.pictures.output import FORMATS, check_output, save_picture

AnimationWriter = GifWriter | WebPWriter | Mp4Writer
ANIMATION_WRITERS: dict[str, type[AnimationWriter]] = {
    ".gif": GifWriter,
    ".webp": WebPWriter,
    ".mp4": Mp4Writer,
}
FRAME_MS = Fraction(80)  # how long each frame of an animation is shown
DIGITS = 4  # of the number in the name of a numbered picture


class FrameWriter:
    """Writes frames as they come: `out.gif` is one animation, `out.png` numbered pictures.

    `frame_ms`: how long each frame is shown. Numbered pictures are `out-0001.png`, `out-0002.png`,
    ... Used as a context manager: on exit the animation is completed and replaces the file at
    `path`. Without a frame, or after an error in the block or in `add`, that file is left as it
    was. Raises PictureError, at once, where `path` cannot be written.
    """

    def __init__(self, path: Path, *, frame_ms: Fraction = FRAME_MS) -> None:
        self.path, self.count, self._frame_ms = path, 0, frame_ms
        self._writer_type = ANIMATION_WRITERS.get(path.suffix.lower())
        self._writer: AnimationWriter | None = None
        self._open_files = ExitStack()
        self._error: BaseException | None = None  # of `add`
        check_frames(path)

    @property
    def files(self) -> str:
        """The files that were written, as one text."""
        if self.is_animated:
            return str(self.path)
        return f"{self._numbered(1)} to {self._numbered(self.count)}"

    @property
    def is_animated(self) -> bool:
        """Whether all frames go into one file."""
        return self._writer_type is not None

    def __enter__(self) -> FrameWriter:
        return self

    def add(self, frame: Image.Image) -> None:
        """Writes the next frame, whole. All frames of an animation have the same size."""
        with uninterrupted():
            self.count += 1
            try:
                self._write(frame)
            except BaseException as error:
                self._error = error
                raise

    def _write(self, frame: Image.Image) -> None:
        if self._writer_type:
            self._writer = self._writer or self._opened(self._writer_type, frame.size)
            self._writer.add(frame)
        else:
            save_picture(frame, self._numbered(self.count))

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.stem}-{number:0{DIGITS}}{self.path.suffix}")

    def _opened(self, writer_type: type[AnimationWriter], size: tuple[int, int]) -> AnimationWriter:
        partial = self._open_files.enter_context(replacing(self.path))
        file = self._open_files.enter_context(partial.open("wb"))
        return writer_type(file, size, frame_ms=self._frame_ms)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        error = error or self._error
        with uninterrupted():
            if self._writer and not error:
                self._writer.close()
            self._open_files.__exit__(type(error) if error else None, error, traceback)


def check_frames(path: Path) -> None:
    """Raises PictureError where frames cannot be written to `path`; called before a long run."""
    check_output(path, suffixes={**ANIMATION_WRITERS, **FORMATS})
    if ANIMATION_WRITERS.get(path.suffix.lower()) is Mp4Writer:
        check_encoder()


def overwritten_files(path: Path) -> list[Path]:
    """The files that a FrameWriter for `path` may replace, for `check_no_overwrite`.

    `path` itself or, of numbered pictures, those that exist.
    """
    if path.suffix.lower() in ANIMATION_WRITERS:
        return [path]
    numbered = re.compile(rf"{re.escape(path.stem)}-\d{{{DIGITS},}}{re.escape(path.suffix)}")
    return [other for other in path.parent.glob("*") if numbered.fullmatch(other.name)]
