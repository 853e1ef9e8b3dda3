"""The fast style network's trunk in 8 bits: `python -m tests.bench.fast_int8 [-o FOLDER]`.

`style.training.compact_fast` writes the third row: the first three convolutions stay in float32.
The others have all convolutions in 8 bits, or only the six of the residual blocks at an eighth of
the size; one has the outer layers in 8 bits too.
For each: the trunk's bytes, CPU ms of trunk and outer layers at 512 x 512 px on one thread, and the
difference of the painted picture from float32's, of 255, mean over all styles and the worst style.
Scales come from photographs of scikit-image; others and a gradient are painted. `-o`: the pictures.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image

from style.fast.network import OUTER, TRUNK, WEIGHTS, Array, FastStyle
from style.training.backbone_onnx import PICTURE
from style.training.compact_fast import IN_FLOAT, trunk_feeds, write_int8
from style.training.compact_onnx import CALIBRATION_PX, Feeds
from tests.bench.table import table

CALIBRATION = ("astronaut", "coffee", "hubble_deep_field", "immunohistochemistry", "retina")
TIMED_PX, RUNS = 512, 7
SIZE = (512, 344)  # of the pictures that are compared
SHOWN = ("wave", "woodcut")
# By row: the convolutions of the trunk that stay in float32.
KEPT = {
    "8 bits, all": (),
    "8 bits, all but the first": (0,),
    "8 bits, all but the first three": IN_FLOAT,
    "8 bits, the six residual ones at an eighth": (0, 1, 2, 9, 10, 11, 12),
}
HEADS = ("trunk", "bytes", "trunk, CPU ms", "outer, CPU ms", "chelsea", "rocket", "gradient")


class Painter:
    """The network's halves in sessions of their own. `outer`: another file of the outer layers."""

    def __init__(self, trunk: Path, outer: Path = WEIGHTS / OUTER) -> None:
        self.trunk, self.outer, self.path = _session(trunk), _session(outer), trunk

    def features(self, picture: Array, style: Array) -> Array:
        return np.asarray(self.trunk.run(None, {PICTURE: picture, "style": style})[0])

    def paint(self, picture: Array, style: Array) -> Array:
        features = self.features(picture, style)
        return np.asarray(self.outer.run(None, {"features": features, "style": style})[0])

    def cpu_ms(self, picture: Array, style: Array) -> tuple[float, float]:
        features = self.features(picture, style)
        return (
            _cpu_ms(self.trunk, {PICTURE: picture, "style": style}),
            _cpu_ms(self.outer, {"features": features, "style": style}),
        )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="where pictures go")
    output = parser.parse_args().output
    pictures, rows = _pictures(), []
    exact = Painter(WEIGHTS / TRUNK)
    rows.append(_row("float16, as shipped", exact, exact, pictures))
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, kept) in enumerate(KEPT.items()):
            path = Path(folder) / f"{number}.onnx"
            write_int8(WEIGHTS / TRUNK, path, _trunk_feeds(), in_float=kept)
            rows.append(_row(name, Painter(path), exact, pictures))
            if output:
                _save(Painter(path), exact, pictures, output / f"{name.replace(' ', '-')}.png")
        both, all_bits = Path(folder) / OUTER, Path(folder) / "0.onnx"
        write_int8(WEIGHTS / OUTER, both, _outer_feeds(exact))
        rows.append(
            _row("8 bits, all, and the outer ones", Painter(all_bits, both), exact, pictures)
        )
    print(table(HEADS, rows))


def _row(name: str, painter: Painter, exact: Painter, pictures: Mapping[str, Array]) -> list[str]:
    style = _style("wave")
    trunk, outer = painter.cpu_ms(_picture("chelsea", (TIMED_PX, TIMED_PX)), style)
    cells = [name, str(painter.path.stat().st_size), f"{trunk:.1f}", f"{outer:.1f}"]
    for picture in pictures.values():
        errors = [
            255 * np.abs(painter.paint(picture, one) - exact.paint(picture, one)).mean()
            for one in map(_style, FastStyle.load().names)
        ]
        cells.append(f"{np.mean(errors):.1f}, worst {np.max(errors):.1f}")
    return cells


def _trunk_feeds() -> Iterator[Feeds]:
    size = (CALIBRATION_PX, CALIBRATION_PX)
    return trunk_feeds(FastStyle.load(), [_picture(name, size) for name in CALIBRATION])


def _outer_feeds(exact: Painter) -> Iterator[Feeds]:
    for feeds in _trunk_feeds():
        features = exact.features(feeds[PICTURE], feeds["style"])
        yield {"features": features, "style": feeds["style"]}


def _pictures() -> dict[str, Array]:
    """Fur, a sky at night, and a sky without a cloud."""
    width, height = SIZE
    across, down = np.linspace(0, 1, width)[:, None], np.linspace(0, 0.2, height)[:, None, None]
    sky = (across * [0.5, 0.7, 1.0] + down).clip(0, 1)
    pixels = np.round(255 * sky).astype(np.float32)
    gradient = np.asarray(pixels.transpose(2, 0, 1)[None] / 255, np.float32)
    return {"chelsea": _picture("chelsea", SIZE), "rocket": _picture("rocket", SIZE), "": gradient}


def _picture(name: str, size: tuple[int, int]) -> Array:
    from skimage import data

    small = Image.fromarray(getattr(data, name)()).convert("RGB").resize(size)
    return np.asarray(small, np.float32).transpose(2, 0, 1)[None] / np.float32(255)


def _style(name: str) -> Array:
    return FastStyle.load().weights({name: 1.0})


def _save(painter: Painter, exact: Painter, pictures: Mapping[str, Array], path: Path) -> None:
    """Pairs of float32's picture and the other, in a row for each picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        np.concatenate([p.paint(one, _style(s)) for s in SHOWN for p in (exact, painter)], axis=3)
        for one in pictures.values()
    ]
    sheet = np.concatenate(rows, axis=2)[0].transpose(1, 2, 0)
    Image.fromarray(np.rint(255 * sheet.clip(0, 1)).astype(np.uint8)).save(path)


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cpu_ms(session: Any, feeds: Feeds) -> float:
    times = []
    for _ in range(RUNS):
        start = time.thread_time()
        session.run(None, feeds)
        times.append(1000 * (time.thread_time() - start))
    return min(times)


if __name__ == "__main__":
    main()
