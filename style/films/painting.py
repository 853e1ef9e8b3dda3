"""The loop over the frames of a film: each begins from the one before, moved by the optical flow.

Artistic style transfer for videos (Ruder et al., arXiv 1604.08610), with its short-term
consistency. A painter paints single frames; where too little of a frame was in the one before, a
new scene begins, and it is painted as a picture by itself. Needs no torch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from PIL import Image

from style.films.film import Film
from style.films.flow import Array, certainty, optical_flow, warped
from style.films.kept_frames import KeptFrames, PaintedFrame
from style.pictures.files import scaled

# Part of a frame that must be found in the frame before; with less, a new scene begins.
SAME_SCENE = 0.25


@dataclass(frozen=True)
class Before:
    """The painted frame before, moved to where its things are now.

    `picture` has the size of the frame. `certainty` (H, W) is 1 where the flow can be trusted, else
    0. `report`: that of the frame before.
    """

    picture: Image.Image
    certainty: Array
    report: dict[str, Any]


class FramePainter(Protocol):
    """Paints the frames of a film, one by one."""

    @property
    def size(self) -> int:
        """The longest side of the painted frames in pixels."""
        ...

    def start_scene(self, frame: Image.Image) -> None:
        """Called with the first frame of each scene, painted or kept, before anything else."""
        ...

    def paint(self, number: int, frame: Image.Image, before: Before | None) -> PaintedFrame:
        """Paints a frame of the final size; `before` is None for the first of a scene."""
        ...

    def finished(self, frame: Image.Image, picture: Image.Image) -> Image.Image:
        """The painted frame as it is shown: with the colours that it should have."""
        ...


@dataclass(frozen=True)
class ShownFrame:
    """A frame that is painted: the picture to show, its report, and whether it was kept."""

    picture: Image.Image
    report: dict[str, Any]
    was_kept: bool


def paint_film(film: Film, painter: FramePainter, kept: KeptFrames) -> Iterator[ShownFrame]:
    """Paints what is not kept yet, and yields all frames in their order.

    The report of a frame has its `scene`, from 1, and where it continues another its `certain` part
    and its `temporal_error`: the mean squared difference, white being 1, of the painted frame from
    the moved one before where the flow is certain. Raises what the film and the painter raise.
    """
    last: tuple[Image.Image, PaintedFrame] | None = None
    for number, full in enumerate(film.frames()):
        frame, painted = scaled(full, painter.size), kept.load(number)
        was_kept = painted is not None
        if painted is None:
            painted = _painted(number, frame, last, painter)
            kept.save(number, painted)
        elif last is None or painted.report["scene"] != last[1].report["scene"]:
            painter.start_scene(frame)
        last = frame, painted
        shown = painter.finished(frame, painted.picture)
        yield ShownFrame(shown, dict(painted.report), was_kept)


def _painted(
    number: int,
    frame: Image.Image,
    last: tuple[Image.Image, PaintedFrame] | None,
    painter: FramePainter,
) -> PaintedFrame:
    started = time.perf_counter()
    before = _before(frame, *last) if last else None
    scene = last[1].report["scene"] if last else 0
    if before is None:
        painter.start_scene(frame)
    painted = painter.paint(number, frame, before)
    report = {"scene": scene if before else scene + 1, **painted.report}
    if before:
        report["certain"] = round(float(before.certainty.mean()), 4)
        report["temporal_error"] = temporal_error(painted.picture, before)
    report["seconds"] = round(time.perf_counter() - started, 3)
    return PaintedFrame(painted.picture, report)


def _before(frame: Image.Image, last: Image.Image, painted: PaintedFrame) -> Before | None:
    """What the last frame leaves to this one; None where it is of another scene."""
    back, forth = optical_flow(frame, last), optical_flow(last, frame)
    certain = certainty(back, forth)
    if certain.mean() < SAME_SCENE:
        return None
    return Before(warped(painted.picture, back), certain, dict(painted.report))


def temporal_error(picture: Image.Image, before: Before) -> float:
    """The mean squared difference from the moved frame before, where that is certain."""
    values = [np.asarray(one.convert("RGB"), np.float32) for one in (picture, before.picture)]
    squares = np.square((values[0] - values[1]) / 255).mean(axis=2)
    return float((squares * before.certainty).sum() / max(1.0, float(before.certainty.sum())))
