"""`hitsujun stylize FOLDER`: all pictures of a folder, shared among several processes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.one_line import one_line
from style.commands.progress_line import ProgressLine
from style.commands.results import FAILED, STOPPED, exit_status, save_result, write_report
from style.commands.small_pictures import say_if_small
from style.config.stylize import StylizeConfig
from style.errors import NotFinite, PictureError
from style.pictures.folders import output_folder

if TYPE_CHECKING:
    from PIL import Image

    from style.commands.finished import Finished
    from style.runs.progress import Result


def paint_folder(
    outputs: Mapping[Path, Path],
    styles: Sequence[Image.Image],
    config: StylizeConfig,
    args: argparse.Namespace,
) -> int:
    """Paints each picture of a folder. One that fails is reported, and the others are painted.

    Of several processes (torchrun, SLURM) each paints its part; the first writes the report when
    all are done. What a run that was stopped or killed has painted with the same settings is
    skipped.
    """
    output_folder(args.output)

    from data.ranks import joined_ranks
    from style.commands.finished import Finished

    with joined_ranks() as ranks:
        config = replace(config, device=ranks.device(config.device))
        finished = Finished(args.output, styles, config)
        part = dict(ranks.part_of(list(outputs.items())))
        status, own = _paint_all(part, styles, config, finished, is_first=ranks.rank == 0)
        if status != STOPPED:
            ranks.wait()
        if ranks.rank == 0:
            reports = finished.reports(outputs.items()) | own
            in_order = {path.name: reports[path.name] for path in outputs if path.name in reports}
            write_report(in_order, args.report)
            if status != STOPPED:
                finished.remove()
    return status


def _paint_all(
    outputs: Mapping[Path, Path],
    styles: Sequence[Image.Image],
    config: StylizeConfig,
    finished: Finished,
    *,
    is_first: bool,
) -> tuple[int, dict[str, Any]]:
    """Paints the part of one process, of which only the first shows its progress.

    Returns the exit status, and the reports of the pictures by name.
    """
    from style.backbones.backbone import Backbone
    from style.pictures.files import open_picture
    from style.runs.progress import run_until_interrupted
    from style.transfer.run_cache import RunCache
    from style.transfer.stylize import iterate

    network, cache = Backbone.of(config), RunCache()

    def painted(path: Path) -> Result:
        content = open_picture(path)
        say_if_small(content, config, path)
        run = iterate(content, styles, config, backbone=network, cache=cache)
        return run_until_interrupted(run, ProgressLine() if is_first else None)

    status, reports = 0, dict[str, Any]()
    for path, output in outputs.items():
        if finished.report(path, output) is not None:
            print(f"{path.name} is painted already", file=sys.stderr)
            continue
        ended = _paint_one(path, output, painted, finished, reports)
        status = ended or status
        if ended == STOPPED:
            break
    return status, reports


def _paint_one(
    path: Path,
    output: Path,
    painted: Callable[[Path], Result],
    finished: Finished,
    reports: dict[str, Any],
) -> int:
    """Paints and saves a picture, and adds its report; returns the exit status of that."""
    print(path.name, file=sys.stderr)
    try:
        result = painted(path)
    except (PictureError, NotFinite, OSError) as error:
        print(f"hitsujun: {one_line(str(error))}", file=sys.stderr)
        return FAILED
    elsewhere = save_result(result, output)
    status = exit_status(result) or elsewhere
    if status == 0:
        finished.add(path, result.report)
    reports[path.name] = result.report
    return status
