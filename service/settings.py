"""The settings of an installation: each field is a HITSUJUN_ variable."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_data_path

from service.errors import SettingsError

QUEUES = ("redis://", "rediss://", "unix://", "postgresql://", "postgres://")
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")


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

    `database_url` can hold a password, so it is not in the text of the settings.

    Raises SettingsError that names every setting that is wrong.
    """

    data_dir: Path = field(
        default_factory=default_data_dir, metadata={"help": "folder of jobs and pictures"}
    )
    database_url: str = field(
        default="",
        repr=False,
        metadata={
            "help": "`postgresql://USER:PASSWORD@HOST/NAME` or `sqlite:////PATH`",
            "unset": "a SQLite file in the data folder",
        },
    )
    queue_url: str = field(
        default="",
        repr=False,
        metadata={
            "help": "`redis://HOST:6379/0` or `postgresql://USER:PASSWORD@HOST/NAME`",
            "unset": "a SQLite file in the data folder",
        },
    )
    max_json_bytes: int = _setting(256_000, "largest JSON body in bytes")
    max_image_bytes: int = _setting(12_000_000, "largest uploaded image file in bytes")
    max_image_pixels: int = _setting(40_000_000, "largest uploaded image in pixels")
    max_import_bytes: int = _setting(5_000_000, "largest file to import in bytes")
    max_ink_bytes: int = _setting(
        20_000_000, "drawings kept of one user in bytes; beyond it the oldest are dropped"
    )
    max_styles: int = _setting(4, "style images allowed in one job")
    max_waiting_jobs: int = _setting(20, "jobs that may wait; more are refused")
    max_user_jobs: int = _setting(5, "jobs of one user that may wait or be painted")
    max_job_seconds: int = _setting(
        7200, "seconds that painting a job may take; a job that should take longer is refused"
    )
    max_attempts: int = _setting(2, "attempts at a job whose worker dies")
    stale_seconds: int = _setting(
        60, "seconds without a heartbeat after which a worker counts as dead"
    )
    keep_hours: int = _setting(168, "hours that a finished job and its picture are kept")
    threads: int = _setting(4, "threads that answer requests")
    painter_threads: int = _setting(
        64, "most threads that paint; one core is always left to answer requests"
    )
    painter_memory_mb: int = _setting(8000, "most memory of the process that paints, in megabytes")

    def __post_init__(self) -> None:
        values = {variable(one.name): (one.type, getattr(self, one.name)) for one in fields(self)}
        _check_numbers({n: v for n, (kind, v) in values.items() if kind == "int" and v < 1})
        if self.database_url and not self.database_url.startswith(DATABASES):
            raise SettingsError(f"HITSUJUN_DATABASE_URL must begin with {' or '.join(DATABASES)}")
        if self.queue_url and not self.queue_url.startswith(QUEUES):
            raise SettingsError(f"HITSUJUN_QUEUE_URL must begin with {' or '.join(QUEUES)}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of the HITSUJUN_ variables; an empty one is as one that is not set.

        Raises SettingsError that names every number that is wrong.
        """
        given = {one: text for one in fields(cls) if (text := environ.get(variable(one.name)))}
        numbers = {one: text for one, text in given.items() if one.type == "int"}
        wrong = {variable(one.name): t for one, t in numbers.items() if not _is_allowed(t)}
        _check_numbers(wrong)
        read: dict[str, Callable[[str], object]] = {"int": int, "Path": Path, "str": str}
        return cls(**{one.name: read[str(one.type)](text) for one, text in given.items()})  # type: ignore[arg-type]

    @property
    def jobs_dir(self) -> Path:
        """The folder that holds one folder for each job, with its uploads and its picture."""
        return self.data_dir / "jobs"

    @property
    def database(self) -> str:
        """The URL of the database, by default of a file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hitsujun.sqlite'}"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"HITSUJUN_{name.upper()}"


def _is_allowed(text: str) -> bool:
    """Whether a text is an integer above 0 of at most 12 digits."""
    return text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0


def _check_numbers(wrong: Mapping[str, object]) -> None:
    if wrong:
        values = ", ".join(f"{name}={value!r}" for name, value in wrong.items())
        raise SettingsError(f"{values}; allowed: integers above 0")
