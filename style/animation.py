"""Frames on disk: numbered pictures, or one animated file. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from data.cache import replacing
from style.errors import PictureError
from style.pictures import check_output, save_picture

ANIMATED = {".gif": "GIF", ".webp": "WEBP"}
FRAMES_PER_SECOND = 12
DIGITS = 4  # of a frame's number


class FrameWriter:
    """Keeps frames as they come: `out.png` gives `out-0001.png` ..., `out.gif` one animation.

    Raises PictureError, at once, where nothing could be written to `path`.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._frames = path, list[Image.Image]()
        check_output(path.with_suffix(".webp") if self.is_animated else path)

    @property
    def is_animated(self) -> bool:
        """Whether all frames go into one file."""
        return self.path.suffix.lower() in ANIMATED

    def add(self, number: int, frame: Image.Image) -> None:
        """Writes the frame of that number, counted from 1, or keeps it for the animation."""
        if self.is_animated:
            self._frames.append(frame)
        else:
            named = f"{self.path.stem}-{number:0{DIGITS}}{self.path.suffix}"
            save_picture(frame, self.path.with_name(named))

    def close(self) -> None:
        """Writes the animation of the frames there are."""
        if self.is_animated and self._frames:
            save_animation(self._frames, self.path)


def save_animation(
    frames: Sequence[Image.Image], path: Path, *, frames_per_second: float = FRAMES_PER_SECOND
) -> None:
    """One animated GIF or WebP that plays for ever, whole or not at all; raises PictureError."""
    kind = ANIMATED.get(path.suffix.lower())
    if not kind:
        raise PictureError(f"{path}: an animation ends in {' or '.join(ANIMATED)}")
    first, *others = frames
    with replacing(path) as partial:
        first.save(
            partial, kind, save_all=True, append_images=others, loop=0,
            duration=round(1000 / frames_per_second),
        )  # fmt: skip
