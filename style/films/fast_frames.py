"""Frames painted at once in a fast style. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from style.fast.network import FastStyle
from style.fast.painting import LONGEST_PX, finished, paint
from style.films.kept_frames import PaintedFrame
from style.films.painting import Before

# Of the frame before in a frame, where the flow is certain; larger = less flicker, more trails.
SHARE = 0.75


class FastFrames:
    """A `FramePainter`. `style`, `strength` and `colors` are those of `style.fast.paint`."""

    def __init__(
        self,
        style: str | Mapping[str, float],
        *,
        size: int = LONGEST_PX,
        strength: float = 1.0,
        colors: str = "style",
        share: float = SHARE,
        network: FastStyle | None = None,
    ) -> None:
        self._style, self.size, self._share = style, size, share
        self._strength, self._colors = strength, colors
        self._network = network or FastStyle.load()

    def start_scene(self, frame: Image.Image) -> None:
        """Nothing begins: the network knows no frame but the one it paints."""

    def paint(self, number: int, frame: Image.Image, before: Before | None) -> PaintedFrame:
        """As `FramePainter.paint`: a blend with the frame before, where that is certain."""
        picture = paint(frame, self._style, size=self.size, network=self._network)
        if before:
            mask = Image.fromarray(np.uint8(np.rint(255 * self._share * before.certainty)))
            moved = before.picture.convert(picture.mode)
            if picture.mode == "RGBA":
                moved.putalpha(picture.getchannel("A"))
            picture = Image.composite(moved, picture, mask)
        return PaintedFrame(picture, {})

    def finished(self, frame: Image.Image, picture: Image.Image) -> Image.Image:
        """As `FramePainter.finished`: over the frame by the strength, with its colours."""
        return finished(picture, frame, strength=self._strength, colors=self._colors)
