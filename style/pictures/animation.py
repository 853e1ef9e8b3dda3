"""Frames on disk: numbered pictures, or one animated file. Needs no torch."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from PIL import Image

from data.cache import replacing
from style.pictures.files import check_output, save_picture
from style.pictures.gif_webp import Gif, WebP
from style.pictures.mp4 import Mp4, check_encoder

Film = Gif | WebP | Mp4
ANIMATED: dict[str, type[Film]] = {".gif": Gif, ".webp": WebP, ".mp4": Mp4}
WAIT_MS = 80  # that each frame of an animation is shown
DIGITS = 4  # of a frame's number


class FrameWriter:
    """Writes frames as they come: `out.png` gives `out-0001.png` ..., `out.gif` one animation.

    Used in a `with`: at its end an animation is whole and takes its place, unless an error came or
    there was no frame. Raises PictureError, at once, where nothing could be written to `path`.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._film: Film | None = None
        self._opened = ExitStack()
        check_output(path.with_suffix(".webp") if self.is_animated else path)
        if self._kind is Mp4:
            check_encoder()

    @property
    def is_animated(self) -> bool:
        """Whether all frames go into one file."""
        return self._kind is not None

    @property
    def _kind(self) -> type[Film] | None:
        return ANIMATED.get(self.path.suffix.lower())

    def __enter__(self) -> FrameWriter:
        return self

    def add(self, frame: Image.Image) -> None:
        """Writes the next frame; those of an animation have one size."""
        self.count += 1
        if self._kind:
            self._film = self._film or self._begun(self._kind, frame.size)
            self._film.add(frame)
        else:
            named = f"{self.path.stem}-{self.count:0{DIGITS}}{self.path.suffix}"
            save_picture(frame, self.path.with_name(named))

    def _begun(self, kind: type[Film], size: tuple[int, int]) -> Film:
        partial = self._opened.enter_context(replacing(self.path))
        file = self._opened.enter_context(partial.open("wb"))
        return kind(file, size, wait_ms=WAIT_MS)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._film and not error:
            self._film.close()
        self._opened.__exit__(kind, error, at)
