"""Three ways to paint the same pairs: `python -m tests.bench.methods -o docs/methods.jpg`.

`fixed`: Gram matrices with the content weight 0.05, which was the default before the balance.
`gatys`: Gram matrices with the weight found by the strength. `neighbours`: the pieces of the style.
Style: 1 for the untouched content, 0 for the statistics of the style picture. Content: 0 for the
untouched content, 1 for the style picture in its place. Both are measured in VGG-16. Pictures are
named as in `tests.bench.backbones`, or are files. The sheet has only what may be shown: the
photographs of scikit-image.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.comparison.judge import Judge
from style.config.stylize import StylizeConfig
from style.pictures.files import open_picture, scaled
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet

SHOWN = ("chelsea+waves", "coffee+dots")
WAYS = {
    "fixed": StylizeConfig(content_weight=0.05),
    "gatys": StylizeConfig(),
    "neighbours": StylizeConfig(method="neighbours"),
}
CELL_PX = 230


def main() -> None:
    """Prints a row for each painting as it is done; writes the sheet after each pair."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("pairs", nargs="*", default=SHOWN, help="CONTENT+STYLE ...")
    parser.add_argument("--way", action="append", choices=WAYS, help="only this one")
    parser.add_argument("--size", type=int, default=128, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=50, help="at each size")
    parser.add_argument("--strength", type=float, help="of gatys and neighbours")
    parser.add_argument("-o", "--output", type=Path, help="the sheet")
    args = parser.parse_args()
    torch.set_num_threads(1)
    network, rows = Backbone.load("vgg19"), []
    print("| pair | way | style | content | content weight | CPU s |\n|" + "---|" * 6)
    for pair in args.pairs:
        content, style = (_opened(name, args.size) for name in pair.split("+"))
        judge = Judge(content, style)
        rows.append([(content, ""), (style, "")])
        for way in args.way or WAYS:
            settings = {"size": args.size, "steps": args.steps}
            if args.strength is not None and way != "fixed":
                settings["strength"] = args.strength
            start = time.process_time()
            result = stylize(content, [style], replace(WAYS[way], **settings), backbone=network)
            seconds = time.process_time() - start
            scores = "style {:.2f}, content {:.2f}".format(*judge.scores(result.image))
            weight = result.report.get("balance", {"weight": 0.05})["weight"]
            print(f"| {pair} | {way} | {scores} | {weight:.3f} | {seconds:.0f} |", flush=True)
            rows[-1].append((result.image, f"{way}: {scores}"))
        if args.output:
            sheet(rows, CELL_PX).save(args.output, quality=85)


def _opened(name: str, size: int) -> Image.Image:
    image = open_picture(Path(name)) if Path(name).is_file() else picture(name)
    if not image:
        raise SystemExit(f"there is no picture {name!r}: is scikit-image installed?")
    return scaled(image.convert("RGB"), size)


if __name__ == "__main__":
    main()
