"""Which pictures of a folder are painted already, so that a restart skips them.

Each has a file with its report in a hidden folder beside the paintings, until the run has come to
its end.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.cache import replacing
from data.json_text import json_value
from style.config.stylize import StylizeConfig
from style.pictures.identity import pictures_sha256
from style.runs.device import versions

if TYPE_CHECKING:
    from PIL import Image

FOLDER = ".hitsujun-finished"


class Finished:
    """The reports of the paintings in `folder`, in these styles by this configuration."""

    def __init__(self, folder: Path, styles: Sequence[Image.Image], config: StylizeConfig) -> None:
        self._folder = folder / FOLDER
        settings = asdict(config) | {"device": "", "versions": versions()}
        self._common = json.dumps(settings, sort_keys=True) + pictures_sha256(styles)

    def report(self, picture: Path, output: Path) -> dict[str, Any] | None:
        """The report of a picture that is painted; None where it is not, or was otherwise."""
        try:
            kept = json_value(self._path(picture).read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict):
            return None
        is_same = kept.get("identity") == self._identity(picture) and output.exists()
        report: dict[str, Any] | None = kept["report"] if is_same else None
        return report

    def add(self, picture: Path, report: dict[str, Any]) -> None:
        """Keeps the report of a picture that is painted and saved."""
        self._folder.mkdir(exist_ok=True)
        kept = {"identity": self._identity(picture), "report": report}
        with replacing(self._path(picture)) as partial:
            partial.write_text(json.dumps(kept), "utf-8")

    def reports(self, outputs: Iterable[tuple[Path, Path]]) -> dict[str, Any]:
        """The reports of all painted pictures by name; `outputs`: where each picture goes."""
        found = {picture.name: self.report(picture, output) for picture, output in outputs}
        return {name: report for name, report in found.items() if report is not None}

    def remove(self) -> None:
        """Removes all reports, at the end of a run."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, picture: Path) -> Path:
        return self._folder / f"{picture.name}.json"

    def _identity(self, picture: Path) -> str:
        own = hashlib.sha256(picture.read_bytes()).hexdigest()
        return hashlib.sha256((self._common + own).encode()).hexdigest()
