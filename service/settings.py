"""The settings of an installation: each field is a HITSUJUN_ variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_data_path

from service.errors import SettingsError

DATA_DIR = "HITSUJUN_DATA_DIR"


def default_data_dir() -> Path:
    """The user's data folder: on Linux `$XDG_DATA_HOME/hitsujun` or `~/.local/share/hitsujun`.

    It is not created here.
    """
    return user_data_path("hitsujun", appauthor=False)


def _setting(default: int, help: str) -> int:
    value: int = field(default=default, metadata={"help": help})
    return value


@dataclass(frozen=True)
class Settings:
    """`data_dir` is HITSUJUN_DATA_DIR, and so on. The numbers are integers above 0.

    Raises SettingsError that names every setting that is wrong.
    """

    data_dir: Path = field(
        default_factory=default_data_dir, metadata={"help": "folder of jobs and pictures"}
    )
    max_json_bytes: int = _setting(256_000, "largest JSON body in bytes")
    max_image_bytes: int = _setting(12_000_000, "largest uploaded image file in bytes")
    max_image_pixels: int = _setting(40_000_000, "largest uploaded image in pixels")
    max_styles: int = _setting(4, "style images allowed in one job")
    max_waiting_jobs: int = _setting(20, "jobs that may wait; more are refused")
    max_attempts: int = _setting(2, "attempts at a job whose worker dies")
    stale_seconds: int = _setting(
        60, "seconds without a heartbeat after which a worker counts as dead"
    )
    keep_hours: int = _setting(168, "hours that a finished job and its picture are kept")
    threads: int = _setting(4, "threads that answer requests")

    def __post_init__(self) -> None:
        numbers = {variable(one.name): getattr(self, one.name) for one in fields(self)}
        del numbers[DATA_DIR]
        _check({name: number for name, number in numbers.items() if number < 1})

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of the HITSUJUN_ variables; an empty one is as one that is not set.

        Raises SettingsError that names every variable that is wrong.
        """
        names = {variable(one.name): one.name for one in fields(cls)}
        texts = {name: text for name in names if (text := environ.get(name))}
        folder = texts.pop(DATA_DIR, None)
        _check({name: text for name, text in texts.items() if not _is_allowed(text)})
        numbers = {names[name]: int(text) for name, text in texts.items()}
        return cls(**({"data_dir": Path(folder)} if folder else {}), **numbers)  # type: ignore[arg-type]

    @property
    def jobs_dir(self) -> Path:
        """The folder that holds one folder for each job, with its uploads and its picture."""
        return self.data_dir / "jobs"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"HITSUJUN_{name.upper()}"


def _is_allowed(text: str) -> bool:
    """Whether a text is an integer above 0 of at most 12 digits."""
    return text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0


def _check(wrong: Mapping[str, object]) -> None:
    if wrong:
        values = ", ".join(f"{name}={value!r}" for name, value in wrong.items())
        raise SettingsError(f"{values}; allowed: integers above 0")
