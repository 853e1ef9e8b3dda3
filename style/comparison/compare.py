"""The same job on every backbone, in equal steps and in equal time, measured by another network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from data.cache import replacing
from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, facts_of
from style.backbones.weights.store import fetch_weights
from style.comparison.judge import JUDGE, Judge
from style.config.stylize import StylizeConfig
from style.errors import StyleError, WeightsMissing
from style.pictures.files import open_picture, save_picture, scaled
from style.transfer.stylize import stylize

REFERENCE = "vgg19"  # whose time the others get, where it takes part
CELL_PX, NAME_PX = 256, 38
MOST_STEPS = 5_000


@dataclass(frozen=True)
class Row:
    """One backbone's picture, in one of two ways: "steps" as many, or "time" as long.

    `style`: 1 for the content untouched, 0 for the style's own statistics; `content`: 0 for the
    content untouched, 1 for the style picture in its place, both by JUDGE. `memory_mb`: the most
    that the whole process held.
    """

    backbone: str
    equal: str
    steps: int
    seconds: float
    seconds_per_step: float
    memory_mb: float
    parameters: int
    weights_mb: float
    style: float
    content: float


@dataclass(frozen=True)
class Comparison:
    """`rows`, and why each backbone that is not among them was left out."""

    rows: tuple[Row, ...]
    left_out: dict[str, str]


def compare(
    content: Path,
    style: Path,
    folder: Path,
    *,
    backbones: Sequence[str] = (),
    size: int = 256,
    steps: int = 50,
    seed: int = 0,
    say: Callable[[str], None] = lambda text: None,
) -> Comparison:
    """Stylizes with each backbone, one process after the other, and measures the pictures.

    Writes `BACKBONE-steps.png`, `BACKBONE-time.png`, `table.json`, `table.md` and `sheet.png` into
    `folder`. Backbones whose weights cannot be had are left out. Raises StyleError where none is
    left.
    """
    pictures = scaled(open_picture(content), size), scaled(open_picture(style), size)
    folder.mkdir(parents=True, exist_ok=True)
    left_out = _left_out(backbones or tuple(BACKBONES))
    for name, why in left_out.items():
        say(f"{name} is left out: {why}")
    here = [name for name in backbones or BACKBONES if name not in left_out]
    if not here:
        raise StyleError("no backbone's weights can be had: hitsujun weights fetch vgg19")
    judge, rows = Judge(*pictures), list[Row]()
    for equal in ("steps", "time"):
        spent = {row.backbone: row.seconds for row in rows}
        for name in here:
            count = steps if equal == "steps" else _in_equal_time(name, steps, spent)
            say(f"{name}: {count} steps")
            config = StylizeConfig(name, size, count, seed=seed)
            rows.append(_run((content, style), config, folder / f"{name}-{equal}.png", judge))
    found = Comparison(tuple(rows), left_out)
    _write(found, pictures, folder)
    return found


def _left_out(names: Sequence[str]) -> dict[str, str]:
    """Why each backbone whose weights cannot be had is left out; fetches those of the others."""
    missing: dict[str, str] = {}
    for name in names:
        try:
            fetch_weights(facts_of(name))
        except WeightsMissing as error:
            missing[name] = str(error)
    return missing


def _in_equal_time(name: str, steps: int, spent: Mapping[str, float]) -> int:
    """The steps for which a backbone takes as long as the reference, else the slowest, took."""
    longest = spent.get(REFERENCE, max(spent.values()))
    return min(max(1, round(steps * longest / spent[name])), MOST_STEPS)


def _write(found: Comparison, pictures: tuple[Image.Image, Image.Image], folder: Path) -> None:
    texts = {"table.json": json.dumps(asdict(found), indent=2), "table.md": table(found)}
    for name, text in texts.items():
        with replacing(folder / name) as partial:
            partial.write_text(text + "\n", "utf-8")
    with replacing(folder / "sheet.png") as partial:
        contact_sheet(found, pictures, folder).save(partial, "PNG")


def table(found: Comparison) -> str:
    """Markdown."""
    lines = [
        "| backbone | equal | steps | seconds a step | seconds | memory, MB | parameters, millions"
        " | file, MB | style | content |",
        "|---" * 10 + "|",
    ]
    for row in found.rows:
        name = f"{row.backbone} (judges itself)" if row.backbone == JUDGE else row.backbone
        lines.append(
            f"| {name} | {row.equal} | {row.steps} | {row.seconds_per_step:.3f} |"
            f" {row.seconds:.1f} | {row.memory_mb:.0f} | {row.parameters / 1e6:.1f} |"
            f" {row.weights_mb:.1f} | {row.style:.3f} | {row.content:.3f} |"
        )
    lines += [f"\nLeft out: {name}: {why}" for name, why in found.left_out.items()]
    return "\n".join(lines)


def contact_sheet(
    found: Comparison, pictures: tuple[Image.Image, Image.Image], folder: Path
) -> Image.Image:
    """The two pictures given, and below each backbone's, in equal steps and in equal time."""
    names = list(dict.fromkeys(row.backbone for row in found.rows))
    sheet = Image.new("RGB", ((len(names) + 1) * CELL_PX, 2 * (CELL_PX + NAME_PX)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)

    def put(picture: Image.Image, column: int, line: int, text: str) -> None:
        picture = picture.convert("RGB")
        share = (CELL_PX - 8) / max(picture.size)
        picture = picture.resize((round(picture.width * share), round(picture.height * share)))
        corner = (column * CELL_PX, line * (CELL_PX + NAME_PX))
        sheet.paste(picture, (corner[0] + 4, corner[1] + 4))
        draw.multiline_text((corner[0] + 6, corner[1] + CELL_PX - 2), text, "black", font)

    for line, (picture, text) in enumerate(zip(pictures, ("content", "style"), strict=True)):
        put(picture.copy(), 0, line, text)
    for row in found.rows:
        with Image.open(folder / f"{row.backbone}-{row.equal}.png") as picture:
            text = f"{row.backbone}, {row.steps} steps, {row.seconds:.1f} s\n"
            text += f"style {row.style:.2f}, content {row.content:.2f}"
            put(picture, names.index(row.backbone) + 1, int(row.equal == "time"), text)
    return sheet


def _painted(content: Path, style: Path, config: StylizeConfig, output: Path) -> dict[str, Any]:
    """Stylizes in this process, which is new, and returns the report."""
    result = stylize(open_picture(content), [open_picture(style)], config)
    save_picture(result.image, output)
    return result.report


def _run(pictures: tuple[Path, Path], config: StylizeConfig, output: Path, judge: Judge) -> Row:
    """One picture by a process of its own, whose memory is then its backbone's."""
    alone = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=alone) as processes:
        told = processes.submit(_painted, *pictures, config, output).result()
    each = told["seconds_per_step"]
    with Image.open(output) as image:
        style, content = judge.scores(image)
    network = Backbone(config.backbone)
    return Row(
        config.backbone,
        output.stem.rpartition("-")[2],
        config.steps,
        round(sum(each) * config.steps, 3),
        each[-1],
        told["peak_memory_mb"],
        sum(parameter.numel() for parameter in network.parameters()),
        round(fetch_weights(network.facts).stat().st_size / 1e6, 1),
        round(style, 4),
        round(content, 4),
    )
