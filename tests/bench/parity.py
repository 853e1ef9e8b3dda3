"""How soon what neural-style comes to is reached: `python -m tests.bench.parity CONTENT STYLE`.

`[--size 256] [--evaluations 100] [--coarse 64,91,128,181] [--coarse-steps 25] [--precision bf16]`.
Its formula judges both (`tests.bench.neural_style`). Ours goes over a pyramid, from the content, by
our own L-BFGS, to the same formula, computed in float32 where the two are compared. The same VGG-19
weights; CPU seconds of one thread, all included.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.networks import PlainNetwork
from style.losses.statistics import statistics
from style.optimizers.lbfgs_descent import LbfgsDescent
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor
from style.runs.progress import Losses
from tests.bench.neural_style import CONTENT, STYLES, Features, caffe_network, paint, preprocessed


def main() -> None:
    """Prints what each took."""
    args = _arguments()
    torch.set_num_threads(1)
    network = caffe_network(Backbone.load("vgg19"))
    given = [open_picture(path) for path in (args.content, args.style)]
    content, style = (to_tensor(scaled(one, args.size)) for one in given)
    started = time.process_time()
    reached = args.reached or paint(network, content, style, args.evaluations).total
    spent = 0.0 if args.reached else time.process_time() - started
    print(f"neural-style: {reached:.0f} after {args.evaluations} evaluations, {spent:.1f} CPU-s")
    network.to(memory_format=torch.channels_last)
    started = time.process_time()
    is_low = args.precision == "bf16"
    picture = coarse(network, given, args, is_low=is_low)
    picture = functional.interpolate(picture, content.shape[-2:], mode="bicubic")
    descent = LbfgsDescent(picture.requires_grad_(), Formula(network, content, style, is_low))
    exact = Formula(network, content, style) if is_low else None
    least, count = reaching(reached, descent, exact, args.evaluations)
    own = time.process_time() - started
    print(f"ours: {least:.0f} after {count} evaluations at {args.size} px, {own:.1f} CPU-s")
    print(f"ours took {own / spent:.3f} of neural-style's" if spent else "theirs was not run")
    print("not reached" if least > reached else "reached")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--coarse", default="64,91,128,181")
    parser.add_argument("--coarse-steps", type=int, default=25)
    parser.add_argument("--precision", choices=("float32", "bf16"), default="bf16", help="ours")
    parser.add_argument("--reached", type=float, help="what theirs reached before: only run ours")
    return parser.parse_args()


def coarse(
    network: PlainNetwork, given: Sequence[Image.Image], args: argparse.Namespace, *, is_low: bool
) -> torch.Tensor:
    """Our painting at the coarse sizes, the smallest first."""
    picture = to_tensor(scaled(given[0], args.size))
    for longest in [int(side) for side in args.coarse.split(",")]:
        content, style = (to_tensor(scaled(one, longest)) for one in given)
        size = content.shape[-2:]
        picture = functional.interpolate(picture, size, mode="bicubic", antialias=True)
        pixels = picture.requires_grad_()
        descent = LbfgsDescent(pixels, Formula(network, content, style, is_low))
        for _ in range(args.coarse_steps):
            descent.step()
        descent.finish()
        picture = pixels.detach()
    return picture


def reaching(
    wanted: float, descent: LbfgsDescent, exact: Formula | None, most: int
) -> tuple[float, int]:
    """Descends until the loss is at most `wanted`: the loss then, and after how many steps.

    A descent in bf16 counts by `exact`, which is evaluated where the descent's own loss suggests
    that it has been reached.
    """
    goal = wanted
    for count in range(1, most + 1):
        before = descent.pixels.detach().clone()
        own = descent.step()["total"]
        if own <= goal or count == most:
            total = exact.evaluate(before.requires_grad_())["total"] if exact else own
            if total <= wanted:
                break
            goal = wanted * own / total
    return total, count


class Formula:
    """Its objective for our descent, of sRGB in [0, 1]."""

    painted = None

    def __init__(
        self, network: PlainNetwork, content: torch.Tensor, style: torch.Tensor, low: bool = False
    ) -> None:
        self.network, self.low = network, low
        with torch.no_grad():
            self.targets = self._features(content, {CONTENT})
            taken = self._features(style, set(STYLES))
            self.grams = {name: self._gram(one) for name, one in taken.items()}

    def evaluate(self, image: torch.Tensor) -> Losses:
        """Leaves the gradient in `image.grad`."""
        features = self._features(image, {CONTENT, *STYLES})
        content = functional.mse_loss(features[CONTENT].float(), self.targets[CONTENT].float())
        style = torch.stack(
            [functional.mse_loss(self._gram(features[n]), self.grams[n]) for n in STYLES]
        ).sum()
        rough = 256 * (image.diff(dim=2).abs().sum() + image.diff(dim=3).abs().sum())
        total = 5 * content + 100 * style + 1e-3 * rough
        (image.grad,) = torch.autograd.grad(total, image)
        return {"total": float(total.detach())}

    def _features(self, image: torch.Tensor, names: set[str]) -> Features:
        image = preprocessed(image).contiguous(memory_format=torch.channels_last)
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.low):
            return self.network(image, names)  # type: ignore[no-any-return]

    @staticmethod
    def _gram(features: torch.Tensor) -> torch.Tensor:
        return statistics(features).gram / features.shape[1]


if __name__ == "__main__":
    main()
