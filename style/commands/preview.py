"""A painting while it is painted: a preview that is overwritten, and the frames of an animation."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from style.pictures.animation import FrameWriter
from style.pictures.files import check_output, save_picture, scaled
from style.runs.progress import Progress, Result

FRAME_PX = 480  # longest side of an animation's frames


class PreviewWriter:
    """Writes the picture so far over the file `preview`, and to `frames`, every few steps.

    Raises PictureError at once where `preview` cannot be written. A preview or frame that cannot
    be written later is a warning on stderr; the painting goes on without previews or animation.
    """

    def __init__(self, preview: Path | None, frames: FrameWriter | None, *, every: int) -> None:
        if preview:
            check_output(preview)
        self._preview, self._frames, self._every, self._steps = preview, frames, every, 0

    def __call__(self, progress: Progress) -> None:
        """Counts a step, the first of which is written."""
        if self._steps % self._every == 0 and (self._preview or self._frames):
            self._write(progress.picture())
        self._steps += 1

    def finish(self, result: Result) -> None:
        """Writes the result, which is the last frame."""
        self._write(result.image)

    def _write(self, image: Image.Image) -> None:
        if self._preview:
            try:
                save_picture(image, self._preview)
            except (OSError, ValueError) as error:
                _warn(f"no more previews: {error}")
                self._preview = None
        if self._frames:
            try:
                self._frames.add(scaled(image, FRAME_PX))
            except (OSError, ValueError) as error:
                _warn(f"no more frames of the animation: {error}")
                self._frames = None


def _warn(text: str) -> None:
    print(f"\nhitsujun: warning: {text}", file=sys.stderr)
