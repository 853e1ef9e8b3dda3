"""Paintings with published weights beside those with the published SqueezeNet 1.0.

    hitsujun publish runs/squeezenet_distilled/last.ckpt -o squeezenet
    python -m tests.bench.distilled squeezenet -o compared/

Each pair of a photograph and a style is painted with SqueezeNet 1.0, with each folder of published
weights, and with random weights of the same network. VGG-16 and AlexNet score, which painted and
taught none of them. Style: 1 for the photo unchanged, 0 for the style's own statistics. Content: 0
for the photo unchanged, 1 for the style picture in its place. Writes the paintings, and a sheet
of the pairs that may be shown: free photographs of scikit-image, and patterns drawn here.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from unittest import mock

import torch
from PIL import Image
from safetensors.torch import save_file

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.backbones.weights.published import BACKBONE, located, stated_backbone
from style.backbones.weights.store import fetch_weights
from style.comparison.judge import Judge
from style.config.stylize import StylizeConfig
from style.pictures.files import open_picture, scaled
from style.transfer.stylize import stylize
from tests.bench.backbones import PAIRS as PAIRS_OF_BACKBONES
from tests.bench.backbones import SHOWN, picture, sheet

RIVAL, JUDGES = "squeezenet1_0", ("vgg16", "alexnet")
SHARED = Path("../shared")
PAIRS = (
    ("tubingen", "starry_night"),
    ("tubingen", "hokusai_the_wave"),
    ("tubingen", "the_scream"),
    *PAIRS_OF_BACKBONES[-SHOWN:],
)
TILE_PX = 200


def main() -> None:
    """Paints what is missing, prints the scores, and writes a sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("published", nargs="+", type=Path, help="folders of hitsujun publish")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the paintings")
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=40, help="at each size of the pyramid")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many are painted")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    judges = {name: Backbone.load(name) for name in JUDGES}
    fetch_weights(facts_of(RIVAL))
    painters = [RIVAL, *(str(folder) for folder in args.published), "random"]
    scores: dict[str, list[tuple[float, ...]]] = {name: [] for name in painters}
    rows = []
    for names in PAIRS[: args.pairs]:
        pictures = [_opened(name, args.size) for name in names]
        row = list(zip(pictures, names, strict=True))
        for painter in painters:
            name = f"{'-'.join(names)}-{Path(painter).name}.png"
            image = _painted(args.output / name, pictures, painter, args)
            row.append((image, Path(painter).name))
            each = [Judge(*pictures, network=judge).scores(image) for judge in judges.values()]
            scores[painter].append(tuple(value for pair in each for value in pair))
        if names in PAIRS[-SHOWN:]:
            rows.append(row)
    _report(scores)
    if rows:
        sheet(rows, TILE_PX).save(args.output / "sheet.jpg", quality=88)


def _opened(name: str, size: int) -> Image.Image:
    path = SHARED / f"paintings/{name}.jpg"
    image = open_picture(path) if path.exists() else picture(name)
    if image is None:
        raise SystemExit(f"there is no picture {name} in {SHARED} or scikit-image")
    return scaled(image.convert("RGB"), size)


def _painted(
    path: Path, pictures: list[Image.Image], painter: str, args: argparse.Namespace
) -> Image.Image:
    """A painting that is already in the folder is not painted again."""
    if not path.exists():
        with tempfile.TemporaryDirectory() as cache:
            backbone, environment = RIVAL, {}
            if painter != RIVAL:
                weights = _weights(painter, args.published[0], Path(cache))
                backbone, environment = stated_backbone(weights) or "", {"HITSUJUN_CACHE": cache}
            with mock.patch.dict(os.environ, environment):
                if environment:
                    import_weights(weights, facts_of(backbone))
                config = StylizeConfig(backbone, args.size, args.steps, seed=0)
                stylize(pictures[0], [pictures[1]], config).image.save(path)
    return Image.open(path).convert("RGB")


def _weights(painter: str, published: Path, folder: Path) -> Path:
    """The published file, or one with random weights of the first published network."""
    if painter != "random":
        return located(painter, folder)
    name = stated_backbone(located(str(published), folder)) or ""
    torch.manual_seed(0)
    path = folder / "random.safetensors"
    save_file(dict(Backbone(name).network.state_dict()), path, metadata={BACKBONE: name})
    return path


def _report(scores: dict[str, list[tuple[float, ...]]]) -> None:
    heads = [f"{judge} {what}" for judge in JUDGES for what in ("style", "content")]
    print(f"| painter | {' | '.join(heads)} | style over {RIVAL}'s |")
    print("|---|" + "---|" * (len(heads) + 1))
    of_rival = _means(scores[RIVAL])
    for painter, each in scores.items():
        means = _means(each)
        ratios = [means[n] / of_rival[n] for n in range(0, len(means), 2)]
        print(
            f"| {Path(painter).name} | {' | '.join(f'{mean:.3f}' for mean in means)}"
            f" | {', '.join(f'{ratio:.2f}' for ratio in ratios)} |"
        )


def _means(rows: list[tuple[float, ...]]) -> list[float]:
    return [sum(values) / len(values) for values in zip(*rows, strict=True)]


if __name__ == "__main__":
    main()
