"""The fast style network with its trunk in 8 bits, for processors that are fast at integers.

`python -m style.training.compact_fast PHOTOS -o FOLDER`

`FastStyle.load(FOLDER)` loads what it writes. Convolutions are computed as integers, by
onnxruntime's static quantisation as those of a backbone (`style.training.compact_onnx`), but not
the first three: an even sky has small differences only, the norms make them large, and 8 bits there
give stripes. The outer layers gain nothing from integers and are copied. docs/phones.md has what it
costs and how far its pictures are from the shipped network's.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

from data.argument_parser import ArgumentParser
from data.arguments import existing_folder, new_folder
from data.cache import replacing
from data.exit_status import exit_status
from data.overwriting import check_no_overwrite
from style.errors import ConfigError
from style.fast.network import OUTER, TRUNK, WEIGHTS, Array, FastStyle, padded
from style.pictures.files import open_picture, scaled
from style.pictures.folders import pictures_in
from style.training.backbone_onnx import PICTURE
from style.training.compact_onnx import CALIBRATION_PX, MOST_PHOTOS, Feeds, quantize
from style.training.onnx_graph import STYLE

IN_FLOAT = (0, 1, 2)  # the trunk's convolutions that stay in float32
STYLES_EACH = 2  # in which each photo is painted for the scales


def write_compact(folder: Path, photos: Sequence[Image.Image], *, source: Path = WEIGHTS) -> None:
    """Writes the network of `source` with its trunk in 8 bits. `photos` give the scales.

    Raises ConfigError where there are no photos, and WeightsMissing as `FastStyle.load`.
    """
    if not photos:
        raise ConfigError("8 bits need photos, which give the scales of the maps")
    feeds = trunk_feeds(FastStyle.load(source), [_pixels(photo) for photo in photos])
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / TRUNK) as partial:
        write_int8(source / TRUNK, partial, feeds, in_float=IN_FLOAT)
    with replacing(folder / OUTER) as partial:
        shutil.copyfile(source / OUTER, partial)


def trunk_feeds(network: FastStyle, pictures: Sequence[Array]) -> Iterator[Feeds]:
    """Inputs of the trunk: every style once or more, every picture in STYLES_EACH or more.

    `pictures`: (1, 3, H, W) float32, sRGB in [0, 1].
    """
    for number in range(max(STYLES_EACH * len(pictures), len(network.names))):
        style = network.names[number % len(network.names)]
        picture = pictures[number % len(pictures)]
        yield {PICTURE: picture, STYLE: network.weights({style: 1.0})}


def write_int8(
    source: Path, path: Path, feeds: Iterable[Feeds], *, in_float: Sequence[int] = ()
) -> None:
    """Writes a model with its convolutions in 8 bits, without those with the numbers `in_float`."""
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "named.onnx"
        model = onnx.load(source)
        convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        for number, node in enumerate(convolutions):
            node.name = f"convolution_{number}"
        onnx.save(model, named)
        kept = [convolutions[number].name for number in in_float]
        quantize(named, path, feeds, operators=["Conv"], kept=kept)


def _pixels(photo: Image.Image) -> Array:
    pixels = np.asarray(scaled(photo, CALIBRATION_PX).convert("RGB"), np.float32)
    return padded(np.ascontiguousarray(pixels.transpose(2, 0, 1) / np.float32(255)))[None]


def main(argv: list[str] | None = None) -> int:
    """Writes the two files."""
    parser = ArgumentParser(prog="python -m style.training.compact_fast")
    parser.add_argument("photos", type=existing_folder, metavar="PHOTOS", help="a folder of them")
    parser.add_argument("-o", "--output", type=new_folder, required=True, metavar="FOLDER")
    args = parser.parse_args(argv)
    own = {"the shipped network": [WEIGHTS / TRUNK, WEIGHTS / OUTER]}
    check_no_overwrite({"--output": [args.output / TRUNK, args.output / OUTER]}, own)
    paths = pictures_in(args.photos)
    taken = paths[:: max(1, len(paths) // MOST_PHOTOS)][:MOST_PHOTOS]
    write_compact(args.output, [open_picture(path) for path in taken])
    print(args.output)
    return 0


if __name__ == "__main__":
    sys.exit(exit_status(main))
