"""MP4 films (H.264), which every browser and messenger plays, by PyAV, an extra of this package."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from typing import BinaryIO

from PIL import Image

from style.errors import PictureError

QUALITY = "18"  # x264's constant rate factor; smaller = larger files, fewer traces of coding


def check_encoder() -> None:
    """Raises PictureError where there is nothing to write films with."""
    if importlib.util.find_spec("av") is None:
        raise PictureError(
            "an .mp4 needs PyAV: pip install 'hitsujun[video]', or name a .webp, .gif or .png"
        )


class Mp4:
    """A film; sides are cut to even numbers of pixels, as its colours are kept for pairs of them.

    What shows through in a frame is white.
    """

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, wait_ms: int) -> None:
        import av

        self._size = size[0] // 2 * 2, size[1] // 2 * 2
        self._film = av.open(file, "w", format="mp4")
        self._stream = self._film.add_stream("libx264", Fraction(1000, wait_ms))
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": QUALITY}

    def add(self, frame: Image.Image) -> None:
        """Writes a frame of the film's size."""
        from av import VideoFrame

        seen = Image.new("RGB", self._size, "white")
        seen.paste(frame, mask=frame if frame.mode == "RGBA" else None)
        coded = VideoFrame.from_image(seen)  # type: ignore[no-untyped-call]
        self._film.mux(self._stream.encode(coded))

    def close(self) -> None:
        """Writes what is still to come, and the index."""
        self._film.mux(self._stream.encode())
        self._film.close()
