"""What training on photos costs on one core: photos a CPU second, by network, size and precision.

    python -m tests.bench.photo_training [--networks squeezenet1_1 resnet18] [--photos FOLDER]

A step is forward pass, backward pass and update of `ClassifierModule`'s network on random pixels;
the second table is the data module alone, on JPEGs of 320 x 256 that are written first, or on
FOLDER.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from data.training.batch_loader import LoaderSettings
from data.training.photo_module import PhotoDataModule
from data.training.photo_transforms import PhotoCrops
from style.training.classifier_module import ClassifierModule

BATCH, RUNS = 32, 3


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--networks", nargs="+", default=["squeezenet1_1", "resnet18"])
    parser.add_argument("--sizes", nargs="+", type=int, default=[64, 128, 224])
    parser.add_argument("--photos", type=Path, help="folder of photos (default: random ones)")
    args = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | px | bf16 | float32 |\n|---|---|---|---|")
    for name in args.networks:
        for size in args.sizes:
            rates = [_rate(_step(name, size, dtype)) for dtype in (torch.bfloat16, None)]
            print(f"| {name} | {size} | {rates[0]:.0f} | {rates[1]:.0f} |", flush=True)
    print("\n| data module, px | photos a CPU second |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        photos = args.photos or _written(Path(folder))
        for size in args.sizes:
            print(f"| {size} | {_rate(_batches(photos, size)):.0f} |")


def _rate(run: Callable[[], None]) -> float:
    """Photos a CPU second, in the best of RUNS runs of a batch, after one to warm up."""
    run()
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return BATCH / min(seconds)


def _step(name: str, size: int, dtype: torch.dtype | None) -> Callable[[], None]:
    module = ClassifierModule(name, classes=1000)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9)
    images, labels = torch.rand(BATCH, 3, size, size), torch.zeros(BATCH, dtype=torch.int64)

    def run() -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype is not None):
            loss = functional.cross_entropy(module(images), labels)
        loss.backward()
        optimizer.step()

    return run


def _batches(photos: Path, size: int) -> Callable[[], None]:
    loader = LoaderSettings(size=BATCH, batches=None, validation_batches=None)
    module = PhotoDataModule(str(photos), PhotoCrops(size, 0.25, 1.33), loader)
    module.setup("fit")
    batches = module._batches("train")
    return lambda: batches[0, 0] and None


def _written(folder: Path) -> Path:
    generator = np.random.default_rng(1)
    (folder / "train" / "a").mkdir(parents=True)
    for number in range(BATCH):
        coarse = Image.fromarray(generator.integers(0, 256, (32, 40, 3), np.uint8))
        photo = coarse.resize((320, 256), Image.Resampling.BICUBIC)
        photo.save(folder / "train" / "a" / f"{number}.jpg", quality=90)
    return folder


if __name__ == "__main__":
    main()
