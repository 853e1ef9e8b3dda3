"""How this installation is set up: each field is a HITSUJUN_ variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from service.errors import SettingsError


def default_data_dir() -> Path:
    """`$XDG_DATA_HOME/hitsujun`, else `~/.local/share/hitsujun`. Not made here."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "hitsujun"


def _setting(default: int, help: str) -> int:
    value: int = field(default=default, metadata={"help": help})
    return value


@dataclass(frozen=True)
class Settings:
    """`data_dir` is HITSUJUN_DATA_DIR, and so on; numbers are whole and above 0."""

    data_dir: Path = field(
        default_factory=default_data_dir, metadata={"help": "where jobs and pictures are kept"}
    )
    max_json_bytes: int = _setting(256_000, "largest JSON body")
    max_image_bytes: int = _setting(12_000_000, "largest uploaded image file")
    max_image_pixels: int = _setting(40_000_000, "most pixels of an uploaded image")
    max_styles: int = _setting(4, "most style images of one job")
    max_waiting_jobs: int = _setting(20, "jobs that may wait before new ones are refused")
    max_attempts: int = _setting(2, "times a job is tried when its worker dies")
    stale_seconds: int = _setting(60, "silence after which a worker counts as dead")
    keep_hours: int = _setting(168, "how long a finished job and its picture are kept")
    threads: int = _setting(4, "threads that answer requests")

    def __post_init__(self) -> None:
        wrong = [
            variable(one.name)
            for one in fields(self)
            if one.name != "data_dir" and getattr(self, one.name) < 1
        ]
        if wrong:
            raise SettingsError(f"{', '.join(wrong)}: whole numbers above 0 are allowed")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Settings of the HITSUJUN_ variables; SettingsError names all that cannot be used."""
        values: dict[str, int] = {}
        wrong: list[str] = []
        for one in fields(cls):
            given = environ.get(variable(one.name))
            if not given or one.name == "data_dir":
                continue
            if given.isascii() and given.isdigit() and len(given) < 13 and int(given) > 0:
                values[one.name] = int(given)
            else:
                wrong.append(f"{variable(one.name)}={given!r}")
        if wrong:
            raise SettingsError(f"{', '.join(wrong)}: whole numbers above 0 are allowed")
        folder = environ.get("HITSUJUN_DATA_DIR")
        return cls(**({"data_dir": Path(folder)} if folder else {}), **values)  # type: ignore[arg-type]

    @property
    def jobs_dir(self) -> Path:
        """A folder for each job: its uploads and its picture."""
        return self.data_dir / "jobs"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"HITSUJUN_{name.upper()}"
