"""A job's picture, by the package `style`. The worker alone imports this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data.cache import replacing
from service.database import Job
from service.schemas import StylizeOptions

RESULT = "result.png"


def paint_picture(folder: Path, job: Job, report: Callable[[float], None]) -> None:
    """Paint the uploads of `folder` into RESULT there.

    Raises the errors of `style`, and JobLost from `report` where another worker has the job.
    """
    from style import stylize
    from style.pictures.files import open_picture

    content = open_picture(folder / "content.png")
    styles = [open_picture(path) for path in sorted(folder.glob("style-*.png"))]
    config = StylizeOptions(**job.options).config()
    result = stylize(content, styles, config, on_progress=lambda step: report(step.done))
    with replacing(folder / RESULT) as partial:
        result.image.save(partial, "PNG")
