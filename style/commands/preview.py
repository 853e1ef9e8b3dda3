"""What a painting looks like on its way: a preview that is overwritten, and an animation."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from PIL import Image

from style.pictures.animation import FrameWriter
from style.pictures.files import check_output, save_picture, scaled
from style.runs.progress import Progress, Result

LONGEST = 480  # longest side of an animation's frames in pixels


class Making:
    """Every so many steps writes the picture so far, over `preview` and as a frame of `animation`.

    Used in a `with`. Raises PictureError, at once, where nothing could be written to a path.
    """

    def __init__(self, preview: Path | None, animation: Path | None, *, every: int) -> None:
        if preview:
            check_output(preview)
        self.preview, self.every, self._steps = preview, every, 0
        self.frames = FrameWriter(animation) if animation else None

    def __enter__(self) -> Making:
        return self

    def __call__(self, progress: Progress) -> None:
        """Takes a step into account."""
        if self._steps % self.every == 0 and (self.preview or self.frames):
            self._add(progress.picture())
        self._steps += 1

    def end(self, result: Result) -> None:
        """Adds the result, as the last frame."""
        self._add(result.image)

    def _add(self, image: Image.Image) -> None:
        if self.preview:
            save_picture(image, self.preview)
        if self.frames:
            self.frames.add(scaled(image, LONGEST))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.frames:
            self.frames.__exit__(kind, error, at)
