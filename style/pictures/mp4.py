"""Writer of MP4 files (H.264), which every browser and messenger plays. Needs PyAV, an extra."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from typing import BinaryIO

from PIL import Image

from style.errors import PictureError

CONSTANT_RATE_FACTOR = "18"  # of x264; smaller = larger files, fewer compression artefacts


def check_encoder() -> None:
    """Raises PictureError where PyAV is not installed."""
    if importlib.util.find_spec("av") is None:
        raise PictureError(
            "an .mp4 needs PyAV: pip install 'hitsujun[video]', or name a .webp, .gif or .png"
        )


class Mp4Writer:
    """Writes an H.264 video.

    Sides are cropped to even numbers of pixels, because 4:2:0 stores one colour for each 2 by 2
    pixels. Transparent pixels are blended with white.
    """

    def __init__(self, file: BinaryIO, size: tuple[int, int], *, frame_ms: Fraction) -> None:
        import av

        self._size = size[0] // 2 * 2, size[1] // 2 * 2
        self._container = av.open(file, "w", format="mp4")
        self._stream = self._container.add_stream("libx264", 1000 / frame_ms)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": CONSTANT_RATE_FACTOR}

    def add(self, frame: Image.Image) -> None:
        """Appends a frame of the video's size."""
        from av import VideoFrame

        opaque = Image.new("RGB", self._size, "white")
        opaque.paste(frame, mask=frame if frame.mode == "RGBA" else None)
        video_frame = VideoFrame.from_image(opaque)  # type: ignore[no-untyped-call]
        self._container.mux(self._stream.encode(video_frame))

    def close(self) -> None:
        """Writes the frames that the encoder still holds, and the index."""
        self._container.mux(self._stream.encode())
        self._container.close()
