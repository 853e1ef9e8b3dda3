"""The settings of an installation: each field is a HITSUJUN_ variable."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from platformdirs import user_data_path

from data.suggestions import did_you_mean
from service.errors import SettingsError
from service.setting_rules import (
    DATABASE,
    FOLDER,
    FORGETS,
    HOSTS,
    LIMIT,
    LIMITS,
    LOG_FORMAT,
    QUEUE,
    STORE,
    TOKEN,
    host_names,
)

OTHER_VARIABLES = ("HITSUJUN_CACHE",)  # which `data.cache` reads
IN_PATHS = "/\\: "  # what a path has in a URL as it is
MOST = 999_999_999_999  # of a number without another limit


def default_data_dir() -> Path:
    """The user's data folder: on Linux `$XDG_DATA_HOME/hitsujun` or `~/.local/share/hitsujun`.

    It is not created here.
    """
    return user_data_path("hitsujun", appauthor=False)


def _setting(default: int, help: str, *, least: int = 1, most: int = MOST) -> int:
    value: int = field(default=default, metadata={"help": help, "bounds": (least, most)})
    return value


def _text(help: str, *, default: str = "", unset: str = "", is_secret: bool = False) -> str:
    """`unset`: what an empty text means. A secret is not in the text of the settings."""
    facts = {"help": help} | ({"unset": unset} if unset else {})
    value: str = field(default=default, repr=not is_secret, metadata=facts)
    return value


@dataclass(frozen=True)
class Settings:
    """`data_dir` is HITSUJUN_DATA_DIR, and so on. The numbers are integers, most of them above 0.

    Raises SettingsError that names every setting that is wrong.
    """

    data_dir: Path = field(
        default_factory=default_data_dir, metadata={"help": "folder of jobs and pictures"}
    )
    database_url: str = _text(
        "`postgresql://USER:PASSWORD@HOST/NAME` or `sqlite:////PATH`",
        unset="a SQLite file in the data folder",
        is_secret=True,
    )
    queue_url: str = _text(
        "`redis://HOST:6379/0` or `postgresql://USER:PASSWORD@HOST/NAME`",
        unset="a SQLite file in the data folder",
        is_secret=True,
    )
    blobs_url: str = _text(
        "`s3://BUCKET/FOLDER`, or `file:///PATH` of a folder that machines share",
        unset="the folder `jobs` in the data folder",
        is_secret=True,
    )
    model: str = _text(
        "the recognizer: an ONNX file of `python -m kanji.training.export`",
        unset="the one that ships",
    )
    max_json_bytes: int = _setting(256_000, "largest JSON body in bytes")
    max_image_bytes: int = _setting(12_000_000, "largest uploaded image file in bytes")
    max_image_pixels: int = _setting(40_000_000, "largest uploaded image in pixels")
    max_import_bytes: int = _setting(20_000_000, "largest file to import in bytes")
    max_ink_bytes: int = _setting(
        20_000_000, "drawings kept of one user in bytes; beyond it the oldest are dropped"
    )
    max_styles: int = _setting(4, "style images allowed in one job")
    max_waiting_jobs: int = _setting(20, "jobs that may wait; more are refused")
    max_user_jobs: int = _setting(5, "jobs of one user that may wait or be painted")
    max_user_pictures: int = _setting(100, "finished jobs kept of one user; then the oldest go")
    max_job_seconds: int = _setting(
        7200, "seconds that painting a job may take; a job that should take longer is refused"
    )
    max_attempts: int = _setting(2, "attempts at a job whose worker dies")
    stale_seconds: int = _setting(
        60, "seconds without a heartbeat after which a worker counts as dead"
    )
    keep_hours: int = _setting(
        168,
        "hours that a finished job and its picture are kept, at most 1000000",
        most=1_000_000,
    )
    workers: int = _setting(
        2, "processes that answer requests, each with its own threads; at most 256", most=256
    )
    threads: int = _setting(
        4, "threads that answer requests, in each process; at most 1000", most=1000
    )
    trusted_hosts: str = _text(
        "host names that requests may be sent to, with commas between; others are refused",
        unset="any",
    )
    proxies: int = _setting(
        0, "proxies before this service, whose `X-Forwarded-` headers count", least=0, most=100
    )
    limit_devices: str = _text("new devices from one address", default="30/hour")
    limit_link_codes: str = _text("link codes that one device makes", default="10/hour")
    limit_failed_tokens: str = _text("wrong tokens from one address", default="30/minute")
    limit_drawings: str = _text(
        "drawings graded or recognized for one device, or for one address without a token",
        default="600/minute",
    )
    limit_replays: str = _text(
        "stored reviews that are replayed for one learner, by late reviews and changed settings",
        default="200000/hour",
    )
    limits_url: str = _text(
        "`redis://HOST:6379/1`, where all processes count together",
        unset="the memory of each process",
        is_secret=True,
    )
    metrics_token: str = _text(
        "the token with which other machines may read `/metrics`, at least 16 characters",
        unset="only this machine may",
        is_secret=True,
    )
    log_format: str = _text(
        "`json`, `text`, or `auto`: text on a terminal, else JSON", default="auto"
    )
    painter_threads: int = _setting(
        64,
        "most threads that paint, up to 1000; one core is always left to answer requests",
        most=1000,
    )
    painter_memory_mb: int = _setting(
        8000,
        "most memory of the process that paints, in megabytes, at least 1000",
        least=1000,
        most=1_000_000,
    )

    def __post_init__(self) -> None:
        numbers = [one for one in fields(self) if one.type == "int"]
        values = {one: getattr(self, one.name) for one in numbers}
        _check_numbers({one: v for one, v in values.items() if not _is_within(v, one)})
        rules = {
            "data_dir": FOLDER,
            "database_url": DATABASE,
            "queue_url": QUEUE,
            "blobs_url": STORE,
            "trusted_hosts": HOSTS,
            "limits_url": LIMITS,
            "metrics_token": TOKEN,
            "log_format": LOG_FORMAT,
        } | dict.fromkeys(
            (one.name for one in fields(self) if one.name.startswith("limit_")), LIMIT
        )
        wrong = [
            f"{variable(one.name)}{'' if not one.repr else f'={str(text)!r}'} {rule.says}"
            for one in fields(self)
            if (rule := rules.get(one.name)) and (text := getattr(self, one.name))
            if not rule.allows(str(text))
        ]
        if wrong:
            raise SettingsError("; ".join(wrong))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings of the HITSUJUN_ variables; an empty one is as one that is not set.

        Raises SettingsError that names every number that is wrong, or a variable that there is not.
        """
        known = {*map(variable, (one.name for one in fields(cls))), *OTHER_VARIABLES}
        for name in environ:
            if name.startswith(variable("")) and name not in known:
                raise SettingsError(f"there is no setting {name}{did_you_mean(name, known)}")
        given = {one: text for one in fields(cls) if (text := environ.get(variable(one.name)))}
        if environ.get(variable("blobs_url"), "").startswith(FORGETS):
            raise SettingsError(f"{variable('blobs_url')} {STORE.says}")
        numbers = {one: text for one, text in given.items() if one.type == "int"}
        _check_numbers({one: t for one, t in numbers.items() if not _is_number(t, one)})
        read: dict[str, Callable[[str], object]] = {"int": int, "Path": Path, "str": str}
        return cls(**{one.name: read[str(one.type)](text) for one, text in given.items()})  # type: ignore[arg-type]

    @property
    def jobs_dir(self) -> Path:
        """The store of pictures where no URL is set: a folder for each job."""
        return self.data_dir / "jobs"

    @property
    def hosts(self) -> list[str]:
        """The host names of `trusted_hosts`; none where any is allowed."""
        return host_names(self.trusted_hosts)

    @property
    def work_dir(self) -> Path:
        """The folder of local copies: of forms that arrive, and of jobs that are painted."""
        return self.data_dir / "work"

    @property
    def database(self) -> str:
        """The URL of the database, by default of a file in the data folder."""
        file = self.data_dir / "hitsujun.sqlite"
        return self.database_url or f"sqlite:///{quote(str(file), safe=IN_PATHS)}"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"HITSUJUN_{name.upper()}"


def _is_within(value: int, number: Field[Any]) -> bool:
    """Whether a setting may have a value."""
    least, most = number.metadata["bounds"]
    return bool(least <= value <= most)


def _is_number(text: str, number: Field[Any]) -> bool:
    """Whether a text is an integer that a setting may have."""
    is_whole = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    return is_whole and _is_within(int(text), number)


def _check_numbers(wrong: Mapping[Field[Any], object]) -> None:
    """Raises SettingsError where there is a number that is not allowed."""
    faults = []
    for least, most in dict.fromkeys(one.metadata["bounds"] for one in wrong):
        given = [(n, v) for n, v in wrong.items() if n.metadata["bounds"] == (least, most)]
        values = ", ".join(f"{variable(n.name)}={v!r}" for n, v in given)
        faults.append(f"{values}; allowed: {least} to {most}")
    if faults:
        raise SettingsError("; ".join(faults))
