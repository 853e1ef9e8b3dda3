"""Does a painted film flicker? `python -m tests.bench.film -o docs/film.jpg`

A film made by code: the camera moves over a photograph of scikit-image and towards it, and a disc
of another one crosses it. So the true motion of each pixel is known, and which pixels were covered
in the frame before. Temporal error: mean squared difference, white being 1, of a painted frame from
the one before, moved by the true motion, where that was visible. `apart` paints each frame
as a picture by itself; `film` as `hitsujun stylize FILM` does. The sheet has three consecutive
frames of the film, and the same frames painted both ways.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from style.comparison.judge import Judge
from style.config.film import FilmConfig
from style.config.stylize import METHODS, StylizeConfig
from style.fast.painting import paint as paint_fast
from style.films.fast_frames import FastFrames
from style.films.kept_frames import KeptFrames
from style.films.painting import FramePainter, paint_film
from style.films.slow_frames import SlowFrames
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet

Array = npt.NDArray[np.float32]
BACKGROUND, DISC, STYLE, FAST = "coffee", "chelsea", "waves", "wave"
SIDE = 160, 120  # of the frames
ZOOM, SHIFT = 0.985, (2.5, 1.0)  # of the camera, from frame to frame: scale; background pixels
RADIUS, STEP = 22, (4.0, -1.5)  # of the disc, and its motion, in pixels of a frame
SHOWN = slice(2, 5)  # frames on the sheet
CELL_PX = 240


@dataclass(frozen=True)
class DrawnFilm:
    """A `Film` whose motion is known."""

    background: Image.Image
    disc: Image.Image
    count: int
    rate: Fraction = Fraction(24)

    def frames(self) -> Iterator[Image.Image]:
        """The frames, drawn."""
        for number in range(self.count):
            values = _sampled(np.asarray(self.background), self._camera(number, _grid()))
            disc = _sampled(np.asarray(self.disc), 3 * (_grid() - self._centre(number)) + 150)
            is_disc = self._is_disc(number, _grid())
            yield Image.fromarray(np.where(is_disc[..., None], disc, values))

    def sha256(self) -> str:
        """Nothing that is kept is kept for long."""
        return ""

    def places_before(self, number: int) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Where each pixel was in the frame before, (H, W, 2), and whether it was visible there."""
        grid, before = _grid(), number - 1
        is_disc = self._is_disc(number, grid)
        background = self._uncamera(before, self._camera(number, grid))
        moved = grid - (self._centre(number) - self._centre(before))
        places = np.where(is_disc[..., None], moved, background).astype(np.float32)
        limits = np.array(SIDE) - 1
        inside = ((places >= 0) & (places <= limits)).all(axis=2)
        edge = self._is_disc(number, grid, -2) != self._is_disc(number, grid, 2)
        return places, inside & ~edge & (is_disc | ~self._is_disc(before, places, 2))

    def _camera(self, number: int, places: Array) -> Array:
        """Where places of a frame are on the background."""
        return self._origin(number) + self._scale(number) * places

    def _uncamera(self, number: int, places: Array) -> Array:
        return (places - self._origin(number)) / self._scale(number)

    def _scale(self, number: int) -> float:
        return float(2.2 * ZOOM**number)

    def _origin(self, number: int) -> Array:
        return np.array([60.0, 40.0], np.float32) + number * np.array(SHIFT, np.float32)

    def _centre(self, number: int) -> Array:
        return np.array([40.0, 80.0], np.float32) + number * np.array(STEP, np.float32)

    def _is_disc(self, number: int, places: Array, margin: float = 0) -> npt.NDArray[np.bool_]:
        distances = np.linalg.norm(places - self._centre(number), axis=2)
        return np.asarray(distances < RADIUS + margin)


def temporal_error(film: DrawnFilm, frames: Sequence[Image.Image]) -> float:
    """The mean over all frames but the first."""
    errors = []
    for number in range(1, len(frames)):
        places, is_visible = film.places_before(number)
        now, before = (
            np.asarray(one, np.float32) / 255 for one in frames[number - 1 : number + 1][::-1]
        )
        squares = np.square(now - _sampled(before, places)).mean(axis=2)
        errors.append(float(squares[is_visible].mean()))
    return float(np.mean(errors))


def sharpness(frame: Image.Image) -> float:
    """Mean squared difference of neighbouring pixels: what warping again and again would blur."""
    values = np.asarray(frame, np.float32) / 255
    return float(
        np.square(np.diff(values, axis=0)).mean() + np.square(np.diff(values, axis=1)).mean()
    )


def main() -> None:
    """Prints a row for each way; writes the sheet."""
    args = _arguments()
    torch.set_num_threads(1)
    film, style = DrawnFilm(_photo(BACKGROUND), _photo(DISC), args.frames), _photo(STYLE)
    drawn = list(film.frames())
    judge = Judge(drawn[-1], style.resize(SIDE))
    print(f"{args.frames} frames, {SIDE[0]}x{SIDE[1]} px, {args.steps} steps\n")
    print(
        "| way | temporal error | last frame: style, content | sharpness | CPU s |\n|" + "---|" * 5
    )
    print(
        f"| the film itself | {temporal_error(film, drawn):.5f} | | {sharpness(drawn[-1]):.4f} | |"
    )
    rows = [[(one, f"frame {n + 1}") for n, one in enumerate(drawn)][SHOWN]]
    for way, paint in _ways(film, style, args).items():
        if args.way and way not in args.way:
            continue
        start = time.process_time()
        frames = paint()
        seconds = time.process_time() - start
        error, scores = temporal_error(film, frames), judge.scores(frames[-1])
        print(
            f"| {way} | {error:.5f} | {scores[0]:.2f}, {scores[1]:.2f} |"
            f" {sharpness(frames[-1]):.4f} | {seconds:.0f} |",
            flush=True,
        )
        rows.append([(one, f"{way}: error {error:.4f}") for one in frames[SHOWN]])
    if args.output:
        sheet(rows, CELL_PX).save(args.output, quality=85)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--frames", type=int, default=6)
    parser.add_argument("--steps", type=int, default=50, help="of a frame by itself")
    parser.add_argument("--frame-steps", type=int, default=FilmConfig.frame_steps)
    parser.add_argument("--temporal-weight", type=float, default=FilmConfig.temporal_weight)
    parser.add_argument("--backbone", default=StylizeConfig.backbone)
    parser.add_argument("--way", action="append", help="only this one, such as 'gatys, film'")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    return parser.parse_args()


def _ways(
    film: DrawnFilm, style: Image.Image, args: argparse.Namespace
) -> dict[str, Callable[[], list[Image.Image]]]:
    """How the film can be painted, by name."""
    ways: dict[str, Callable[[], list[Image.Image]]] = {}
    settings = FilmConfig(args.frame_steps, args.temporal_weight)
    base = StylizeConfig(args.backbone, max(SIDE), args.steps)
    for method in METHODS:
        config = replace(base, method=method)
        ways[f"{method}, apart"] = lambda config=config: [
            stylize(frame, [style], config).image for frame in film.frames()
        ]
        ways[f"{method}, film"] = lambda config=config: _painted(
            film, SlowFrames([style], config, settings)
        )
    ways["fast, apart"] = lambda: [paint_fast(frame, FAST) for frame in film.frames()]
    ways["fast, film"] = lambda: _painted(film, FastFrames(FAST, size=max(SIDE)))
    return ways


def _painted(film: DrawnFilm, painter: FramePainter) -> list[Image.Image]:
    with tempfile.TemporaryDirectory() as folder:
        kept = KeptFrames(Path(folder), {})
        return [shown.picture for shown in paint_film(film, painter, kept)]


def _photo(name: str) -> Image.Image:
    image = picture(name)
    if not image:
        raise SystemExit(f"there is no picture {name!r}: is scikit-image installed?")
    return image.convert("RGB")


def _grid() -> Array:
    return np.stack(np.meshgrid(*map(np.arange, SIDE)), axis=2).astype(np.float32)


def _sampled(values: npt.NDArray[np.generic], places: Array) -> npt.NDArray[np.generic]:
    right, down = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    return np.asarray(
        cv2.remap(values, right, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    )


if __name__ == "__main__":
    main()
