"""How the colours of photographs depend on each other, for `style/dreams/photograph_colors.py`.

    python -m tests.bench.photograph_colors FOLDER_OR_TAR

Prints the square root of the covariance of sRGB over all pixels: its columns are the axes along
which colours vary independently, each as long as its standard deviation, the longest first.
"""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

SAMPLES = 4096  # pixels of each photograph


def main() -> None:
    """Prints the axes."""
    random, count = np.random.default_rng(0), 0
    total, products = np.zeros(3), np.zeros((3, 3))
    for image in _photographs(Path(sys.argv[1])):
        pixels = np.asarray(image.convert("RGB"), np.float64).reshape(-1, 3) / 255
        chosen = pixels[random.integers(0, len(pixels), SAMPLES)]
        total, products, count = total + chosen.sum(0), products + chosen.T @ chosen, count + 1
    mean = total / (count * SAMPLES)
    covariance = products / (count * SAMPLES) - np.outer(mean, mean)
    variances, axes = np.linalg.eigh(covariance)
    axes = axes[:, ::-1] * np.sqrt(variances[::-1])
    axes = axes * np.sign(axes[0])  # red is never negative
    print(f"{count} photographs, mean {mean.round(4).tolist()}")
    print(axes.round(4).tolist())


def _photographs(source: Path) -> Iterator[Image.Image]:
    if source.is_dir():
        for path in sorted(source.iterdir()):
            with Image.open(path) as image:
                yield image
        return
    with tarfile.open(source) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and Path(member.name).suffix.lower() in {".jpg", ".jpeg", ".png"}:
                with Image.open(file) as image:
                    yield image


if __name__ == "__main__":
    main()
