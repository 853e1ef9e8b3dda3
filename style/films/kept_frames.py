"""The painted frames of an unfinished film, in a folder, from which it is continued.

Frames are PNG files with a report each, written to temporary files and renamed. Needs no torch.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from data.cache import replacing
from data.json_text import json_value
from style.errors import ConfigError
from style.pictures.files import open_picture, save_picture

IDENTITY = "film.json"


@dataclass(frozen=True)
class PaintedFrame:
    """A frame as painted, before its colours are changed, and what is to be told of it."""

    picture: Image.Image
    report: Mapping[str, Any]


class KeptFrames:
    """The painted frames of a film in `folder`, which is created.

    `identity`: what tells this painting of a film from others, as JSON can hold it. Raises
    ConfigError where the folder holds frames of another.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(identity, sort_keys=True)
        try:
            kept = (folder / IDENTITY).read_text("utf-8")
        except FileNotFoundError:
            kept = text
            with replacing(folder / IDENTITY) as partial:
                partial.write_text(text, "utf-8")
        if kept != text:
            raise ConfigError(
                f"{folder} has frames that were painted with other settings or from other pictures:"
                " give the same to continue, or remove that folder to start again"
            )

    def load(self, number: int) -> PaintedFrame | None:
        """The frame of a number, from 0; None where it is not painted yet, or is damaged."""
        path = self._path(number)
        try:
            report = json_value(path.with_suffix(".json").read_bytes())
            return PaintedFrame(open_picture(path), report)
        except (FileNotFoundError, ValueError):  # PictureError is a ValueError
            return None

    def save(self, number: int, frame: PaintedFrame) -> None:
        """Keeps a frame; it counts as painted once its picture is there."""
        path = self._path(number)
        with replacing(path.with_suffix(".json")) as partial:
            partial.write_text(json.dumps(frame.report), "utf-8")
        save_picture(frame.picture, path)

    def remove(self) -> None:
        """Removes the folder, once the film is written."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number + 1:06}.png"
