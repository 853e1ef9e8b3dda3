"""How soon what neural-style comes to is reached: `python -m tests.bench.parity CONTENT STYLE`.

`[--size 256] [--evaluations 100] [--coarse 64,128] [--coarse-steps 60] [--precision bf16]`. PyPI's
`neural-style` 0.5.7 minimises 5 · MSE(relu4_2) + 100 · Σ MSE(Gram / (C·H·W)) over relu1_1 to
relu5_1 + 1e-3 · Σ|Δ| of a picture in 256 · BGR less a mean, from noise, by torch's L-BFGS with a
history of 100. Its loop is written here anew, layer for layer as its source has it (the package
wants a model file that it would download); its formula judges both. Ours goes over a pyramid, from
the content, by our own L-BFGS, to the same formula, computed in float32 where the two are compared.
Same VGG-19 weights, CPU seconds of one thread, all included.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from style.backbone import Backbone
from style.converters import VGG_MEAN
from style.descent import Descent
from style.networks import PlainNetwork
from style.pictures import open_picture, scaled
from style.progress import Losses
from style.registry import IMAGENET_MEAN, IMAGENET_STD
from style.statistics import statistics
from style.tensors import to_tensor

CONTENT, STYLES = "relu4_2", ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
MEAN = torch.tensor(VGG_MEAN[::-1]).view(1, 3, 1, 1)
Features = Mapping[str, torch.Tensor]


def main() -> None:
    """Prints what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--coarse", default="64,128")
    parser.add_argument("--coarse-steps", type=int, default=60)
    parser.add_argument("--precision", choices=("float32", "bf16"), default="float32", help="ours")
    parser.add_argument("--reached", type=float, help="what theirs came to before: only run ours")
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = caffes(Backbone.load("vgg19"))
    given = [open_picture(path) for path in (args.content, args.style)]
    content, style = (to_tensor(scaled(one, args.size)) for one in given)
    begun = time.process_time()
    reached = args.reached or theirs(network, content, style, args.evaluations)
    spent = 0.0 if args.reached else time.process_time() - begun
    print(f"neural-style: {reached:.0f} after {args.evaluations} evaluations, {spent:.1f} CPU-s")
    network.to(memory_format=torch.channels_last)
    begun = time.process_time()
    picture, low = content, args.precision == "bf16"
    for longest in [int(side) for side in args.coarse.split(",")]:
        wanted, taken = (to_tensor(scaled(one, longest)) for one in given)
        picture = functional.interpolate(picture, wanted.shape[-2:], mode="bicubic", antialias=True)
        pixels = picture.requires_grad_()
        walk = Descent(pixels, Formula(network, wanted, taken, low))  # type: ignore[arg-type]
        for _ in range(args.coarse_steps):
            walk.step()
        walk.end()
        picture = pixels.detach()
    picture = functional.interpolate(picture, content.shape[-2:], mode="bicubic")
    walk = Descent(picture.requires_grad_(), Formula(network, content, style, low))  # type: ignore[arg-type]
    least, count = float("inf"), 0
    while least > reached and count < args.evaluations:
        before = walk.pixels.detach().clone()
        least, count = min(least, walk.step()["total"]), count + 1
        if low and least <= reached:  # rounded; what counts is the formula in float32
            exact = Formula(network, content, style)
            least = exact.evaluated(before.requires_grad_())["total"]
    own = time.process_time() - begun
    print(f"ours: {least:.0f} after {count} evaluations at {args.size} px, {own:.1f} CPU-s")
    print(f"ours took {own / spent:.3f} of neural-style's" if spent else "theirs was not run")
    print("not reached" if least > reached else "reached")


def caffes(backbone: Backbone) -> PlainNetwork:
    """VGG-19 for 256 · BGR less a mean: undoes what `converters.folded` did to its first layer."""
    network = backbone.network
    assert isinstance(network, PlainNetwork)
    first = network["conv1_1"]
    weight, bias = first.weight.double(), first.bias.double()
    ours, spread, mean = (
        torch.tensor(values, dtype=torch.float64).view(1, 3, 1, 1)
        for values in (IMAGENET_MEAN, IMAGENET_STD, VGG_MEAN)
    )
    weight = weight / (255 * spread)
    first.bias.data = (bias - (weight * (255 * ours - mean)).sum(dim=(1, 2, 3))).float()
    first.weight.data = weight.flip(1).float().contiguous()
    return network


def prepared(image: torch.Tensor) -> torch.Tensor:
    """256 · BGR less a mean, of sRGB in [0, 1]."""
    return 256 * image.flip(1) - MEAN


def formula(features: Features, targets: Features, grams: Features, image: torch.Tensor) -> object:
    """Its objective, of features by layer; `image` as the network takes it."""
    content = functional.mse_loss(features[CONTENT], targets[CONTENT])
    style = sum(functional.mse_loss(gram(features[name]), grams[name]) for name in STYLES)
    rough = image.diff(dim=2).abs().sum() + image.diff(dim=3).abs().sum()
    return 5 * content + 100 * style + 1e-3 * rough


def gram(features: torch.Tensor) -> torch.Tensor:
    """(C, C), as it computes it."""
    flat = features.flatten(2)[0]
    return torch.mm(flat, flat.T) / features.numel()


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

    def evaluated(self, image: torch.Tensor) -> Losses:
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
        image = prepared(image).contiguous(memory_format=torch.channels_last)
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.low):
            return self.network(image, names)  # type: ignore[no-any-return]

    @staticmethod
    def _gram(features: torch.Tensor) -> torch.Tensor:
        return statistics(features).gram / features.shape[1]


def theirs(
    network: PlainNetwork, content: torch.Tensor, style: torch.Tensor, evaluations: int
) -> float:
    """What it comes to."""
    layers = {name: _plain(layer) for name, layer in network.items()}

    def features(image: torch.Tensor) -> Features:
        found = {}
        for name, layer in layers.items():
            image = layer(image)
            if name in (CONTENT, *STYLES):
                found[name] = image
            if name == STYLES[-1]:
                break
        return found

    with torch.no_grad():
        targets = features(prepared(content))
        grams = {name: gram(one) for name, one in features(prepared(style)).items()}
    torch.manual_seed(0)
    image = nn.Parameter(torch.randn(content.shape[1:]).mul(0.001)[None])
    optimizer = torch.optim.LBFGS(
        [image], max_iter=evaluations, max_eval=evaluations, tolerance_change=-1, tolerance_grad=-1
    )
    losses: list[float] = []

    def evaluate() -> object:
        optimizer.zero_grad()
        loss = formula(features(image), targets, grams, image)
        loss.backward()  # type: ignore[attr-defined]
        losses.append(float(loss.detach()))  # type: ignore[attr-defined]
        return loss

    optimizer.step(evaluate)  # type: ignore[arg-type]
    return losses[-1]


def _plain(layer: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """As torch has it."""
    if not isinstance(layer, nn.Conv2d):
        return nn.ReLU(inplace=True) if isinstance(layer, nn.ReLU) else layer
    plain = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
    plain.load_state_dict({k: v.contiguous() for k, v in layer.state_dict().items()})
    return plain.requires_grad_(False)


if __name__ == "__main__":
    main()
