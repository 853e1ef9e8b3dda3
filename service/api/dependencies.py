"""What the endpoints work with, held by the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Engine

from kanji.recognizer.recognize import Reader, Recognizer
from service.jobs.store import JobStore
from service.settings import Settings

KEY = "hitsujun"


@dataclass(frozen=True)
class Dependencies:
    """`enqueue` hands a job id to the workers; `reader` None means the shipped recognizer."""

    settings: Settings
    engine: Engine
    store: JobStore
    enqueue: Callable[[str], None]
    reader: Reader | None = None

    def recognizer(self) -> Reader:
        """The reader, loaded at the first call. Raises RecognizerMissing where none is shipped."""
        return self.reader or Recognizer.load()

    def install(self, app: Flask) -> None:
        """Make these the dependencies of `app`."""
        app.extensions[KEY] = self


def dependencies() -> Dependencies:
    """The dependencies of the application that answers the current request."""
    return cast(Dependencies, current_app.extensions[KEY])
