"""What tiles cost and whether they change anything: `python -m tests.bench.tiling CONTENT STYLE`.

`[--size 1024] [--max-memory 1GB] [--tiled-only]`. One evaluation with VGG-19 to relu5_1 in float32
with its gradient, of the whole picture and in tiles, each by a process of its own: CPU seconds of
one thread, the most memory resident less what was once torch was imported, and how far gradients
and losses differ, over the whole's largest. `--tiled-only` where the whole does not fit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.pictures.files import open_picture
from style.runs.device import peak_memory_mb
from style.transfer.painting import Painting

WAYS = ("whole", "tiled")


def main() -> None:
    """Prints a line for each way, and how they compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--max-memory", default="1GB")
    parser.add_argument("--tiled-only", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--gradient", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        evaluate(args)
        return
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS[args.tiled_only :]:
            path = Path(folder) / way
            command = [sys.executable, "-m", "tests.bench.tiling", *sys.argv[1:]]
            command += ["--way", way, "--gradient", str(path)]
            result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            found[way] = result, torch.load(path, weights_only=True)
            print(
                f"{way}: {result['seconds']:.1f} CPU-s,"
                f" {result['memory_mb']:.0f} MB above the import,"
                f" loss {result['losses']['total']:.6f}",
                flush=True,
            )
    if not args.tiled_only:
        (whole, gradient), (tiled, other) = found["whole"], found["tiled"]
        difference = float((gradient - other).abs().max() / gradient.abs().max())
        loss = abs(tiled["losses"]["total"] / whole["losses"]["total"] - 1)
        ratio = tiled["seconds"] / whole["seconds"]
        print(f"tiled: {ratio:.2f} of the time; gradient {difference:.1e} off, loss {loss:.1e} off")


def evaluate(args: argparse.Namespace) -> None:
    """One evaluation: its gradient into a file, the rest as JSON on stdout."""
    torch.set_num_threads(1)
    before = peak_memory_mb(torch.device("cpu"))
    budget = args.max_memory if args.way == "tiled" else ""
    config = StylizeConfig(
        size=args.size, precision="float32", device="cpu", max_memory=budget, init="noise"
    )
    content, style = (open_picture(path) for path in (args.content, args.style))
    content = content.resize((args.size, round(args.size * content.height / content.width)))
    painting = Painting(content, [style], config, backbone=Backbone.of(config))
    last = len(painting.sizes) - 1
    pixels, criterion = painting.start_of(last), painting.criterion(last)
    begun = time.process_time()
    losses = criterion.evaluate(pixels)
    spent = time.process_time() - begun
    torch.save(pixels.grad, args.gradient)
    memory = peak_memory_mb(torch.device("cpu")) - before
    print(json.dumps({"seconds": spent, "memory_mb": memory, "losses": losses}))


if __name__ == "__main__":
    main()
