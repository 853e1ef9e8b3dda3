"""What the endpoints work with, held by the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Engine

from kanji.recognizer.recognize import SHIPPED, Reader, Recognizer
from service.jobs.store import JobStore
from service.settings import Settings

KEY = "hitsujun"


@dataclass(frozen=True)
class Dependencies:
    """`enqueue` hands a job id to the workers; `reader` None means that of the settings."""

    settings: Settings
    engine: Engine
    store: JobStore
    enqueue: Callable[[str], None]
    reader: Reader | None = None

    def recognizer(self) -> Reader:
        """The reader, loaded at the first call. Raises RecognizerMissing where there is none."""
        return self.reader or Recognizer.load(self.model_file)

    @property
    def model_file(self) -> Path:
        """The recognizer's file, as the setting `model` says."""
        return model_file(self.settings)

    def install(self, app: Flask) -> None:
        """Make these the dependencies of `app`."""
        app.extensions[KEY] = self


def model_file(settings: Settings) -> Path:
    """The recognizer's file: that of the setting `model`, or the one that ships."""
    return Path(settings.model) if settings.model else SHIPPED


def dependencies() -> Dependencies:
    """The dependencies of the application that answers the current request."""
    return cast(Dependencies, current_app.extensions[KEY])
