"""Does a painting that continues from a painting end worse? `python -m tests.bench.continuing`

Paints a picture, and paints it again from the result: from the size at which that pays, and through
all sizes. Prints the losses of both, which are those before and after.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from unittest import mock

from PIL import Image

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.pictures.files import open_picture
from style.runs.progress import Result, run_to_end
from style.transfer import stylize as loop


def main() -> None:
    """Prints a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=40, help="at each size")
    args = parser.parse_args()
    config = StylizeConfig(size=args.size, steps=args.steps)
    content, style = open_picture(args.content), open_picture(args.style)
    network = Backbone.of(config)

    def painted(start: Image.Image | None = None) -> Result:
        run = loop.iterate(content, [style], config, start=start, backbone=network)
        return run_to_end(run, None)

    first = painted()
    _print("painted", first)
    _print("again, where it pays", painted(first.image))
    with mock.patch.object(loop, "begin_where_it_pays"):
        _print("again, all sizes", painted(first.image))


def _print(name: str, result: Result) -> None:
    report = result.report
    print(f"{name}: loss {report['losses']['total']:.4f}, sizes {report['scales']}", flush=True)


if __name__ == "__main__":
    main()
