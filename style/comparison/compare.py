"""Stylizes one picture with every backbone, in equal steps and in equal time, and scores each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from data.processes import worker_processes
from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, facts_of
from style.backbones.weights.store import fetch_weights
from style.comparison.judge import Judge
from style.comparison.results import Comparison, Row, write_results
from style.config.stylize import StylizeConfig
from style.errors import NotFinite, StyleError, WeightsMissing
from style.fast.drawing.style_picture import style_picture
from style.pictures.files import open_picture, save_picture, scaled
from style.transfer.stylize import stylize

REFERENCE = "vgg19"  # its time is the equal time; without it, that of the slowest backbone
MOST_STEPS = 5_000


def compare(
    content: Path,
    style: Path,
    folder: Path,
    *,
    backbones: Sequence[str] = (),
    size: int = 256,
    steps: int = 50,
    seed: int = 0,
    on_message: Callable[[str], None] = lambda text: None,
) -> Comparison:
    """Stylizes with each backbone, one process after the other, and measures the pictures.

    Writes `BACKBONE-steps.png`, `BACKBONE-time.png`, `table.json`, `table.md` and `sheet.png` into
    `folder`. `backbones`: all by default; those whose weights are not available or whose loss is
    not finite are left out. `style`: a picture, or `drawn:NAME`.
    `size`: longest side in pixels. `steps`: at each size of the pyramid.
    Raises StyleError where no backbone is left.
    """
    pictures = scaled(open_picture(content), size), scaled(style_picture(style), size)
    left_out = _unavailable(backbones or tuple(BACKBONES), on_message)
    names = [name for name in backbones or BACKBONES if name not in left_out]
    if not names:
        raise StyleError("no backbone's weights are available: hitsujun weights fetch vgg19")
    judge = Judge(*pictures)

    def paint(name: str, count: int, equal: str) -> Row:
        on_message(f"{name}: {count} steps")
        config = StylizeConfig(name, size, count, seed=seed)
        return _row((content, style), config, folder / f"{name}-{equal}.png", judge)

    rows = _rows(names, steps, paint, left_out)
    if not rows:
        raise StyleError("; ".join(f"{name}: {why}" for name, why in left_out.items()))
    comparison = Comparison(tuple(rows), left_out)
    write_results(comparison, pictures, folder)
    return comparison


def _rows(
    names: Sequence[str],
    steps: int,
    paint: Callable[[str, int, str], Row],
    left_out: dict[str, str],
) -> list[Row]:
    """The rows of equal steps, then those of equal time; who fails is added to `left_out`."""
    rows: list[Row] = []
    counts: Mapping[str, int] = dict.fromkeys(names, steps)
    for equal in ("steps", "time"):
        for name, count in counts.items():
            try:
                rows.append(paint(name, count, equal))
            except NotFinite as error:
                left_out[name] = str(error)
        counts = _steps_in_equal_time(steps, {row.backbone: row.seconds for row in rows})
    return rows


def _unavailable(names: Sequence[str], on_message: Callable[[str], None]) -> dict[str, str]:
    """Why each backbone's weights are not available; fetches the weights of the others."""
    reasons: dict[str, str] = {}
    for name in names:
        try:
            fetch_weights(facts_of(name))
        except WeightsMissing as error:
            reasons[name] = str(error)
            on_message(f"{name} is left out: {error}")
    return reasons


def _steps_in_equal_time(steps: int, seconds: Mapping[str, float]) -> dict[str, int]:
    """The number of steps of each backbone in the time of REFERENCE, else of the slowest.

    `seconds`: what `steps` steps took, by backbone.
    """
    longest = seconds.get(REFERENCE, max(seconds.values(), default=0.0))
    return {
        name: min(max(1, round(steps * longest / own)), MOST_STEPS) for name, own in seconds.items()
    }


def _row(pictures: tuple[Path, Path], config: StylizeConfig, output: Path, judge: Judge) -> Row:
    """Stylizes in a process of its own, so that its peak memory is that of one backbone."""
    with worker_processes(1) as pool:
        report = pool.submit(_stylized, *pictures, config, output).result()
    seconds_per_step = report["seconds_per_step"]  # at each size
    with Image.open(output, formats=["PNG"]) as image:
        style, content = judge.scores(image)
    network = Backbone(config.backbone)
    return Row(
        backbone=config.backbone,
        equal=output.stem.rpartition("-")[2],
        steps=config.steps,
        seconds=round(sum(seconds_per_step) * config.steps, 3),
        seconds_per_step=seconds_per_step[-1],
        memory_mb=report["peak_memory_mb"],
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        weights_mb=round(fetch_weights(network.facts).stat().st_size / 1e6, 1),
        style=round(style, 4),
        content=round(content, 4),
    )


def _stylized(content: Path, style: Path, config: StylizeConfig, output: Path) -> dict[str, Any]:
    """Writes the stylized picture and returns its report; runs in the process of `_row`."""
    result = stylize(open_picture(content), [style_picture(style)], config)
    output.parent.mkdir(parents=True, exist_ok=True)  # only now is there something to write
    save_picture(result.image, output)
    return result.report
