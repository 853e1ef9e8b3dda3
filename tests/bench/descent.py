"""Our L-BFGS beside torch's, on one painting: `python -m tests.bench.descent CONTENT STYLE`.

`[--size 128] [--steps 100]`. The least total loss after so many evaluations of the same objective,
from the same start, and how many of ours reach what torch's comes to in the end. Neither searches
along a line: an evaluation is a step. VGG-19, float32, one thread.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs import MOST
from style.optimizers.lbfgs_descent import LbfgsDescent
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor
from style.transfer.criterion import Criterion
from tests.bench.criteria import Pictures, criterion_of

SHOWN = (10, 20, 30, 50, 70, 100, 150, 200, 300, 500)


def main() -> None:
    """Prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=100)
    args = parser.parse_args()
    torch.set_num_threads(1)
    content, style = (
        to_tensor(scaled(open_picture(path), args.size)) for path in (args.content, args.style)
    )
    criterion = criterion_of(
        Pictures(content, [style]),
        StylizeConfig(size=args.size, precision="float32"),
        Backbone.load("vgg19").placed(torch.device("cpu")),
    )
    noise = torch.randn(content.shape, generator=torch.Generator().manual_seed(0))
    start = (content + 0.01 * noise).clamp(0, 1)
    descent = LbfgsDescent(start.clone().requires_grad_(), criterion)
    own = [descent.step()["total"] for _ in range(args.steps)]
    torchs = list(_torchs(start, criterion, args.steps))
    for name, totals in (("ours", own), ("torch's", torchs)):
        shown = [f"{n}: {min(totals[:n]):.4f}" for n in SHOWN if n <= args.steps]
        print(f"{name:8} after {', '.join(shown)}")
    reached = next((n for n, total in enumerate(own, 1) if total <= min(torchs)), None)
    print(f"torch's least, of {args.steps} evaluations, is reached by ours after {reached}")


def _torchs(start: torch.Tensor, criterion: Criterion, steps: int) -> Iterator[float]:
    pixels = start.clone().requires_grad_()
    optimizer = torch.optim.LBFGS(
        [pixels], max_iter=1, history_size=MOST, tolerance_grad=0, tolerance_change=0
    )
    for _ in range(steps):
        total = optimizer.step(lambda: criterion.evaluate(pixels)["total"])  # type: ignore
        yield float(total)


if __name__ == "__main__":
    main()
