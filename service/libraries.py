"""The libraries that the settings need, beside those that the extra `service` installs."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from service.errors import NotInstalled
from service.setting_rules import REDIS
from service.settings import Settings

# By setting: how its URL begins, and the library that it then needs.
LIBRARIES = (
    ("database_url", ("postgres",), "psycopg"),
    ("queue_url", ("postgres",), "psycopg"),
    ("queue_url", (*REDIS, "unix:"), "redis"),
    ("limits_url", REDIS, "redis"),
    ("blobs_url", ("s3:", "memory:"), "obstore"),
)


def check_libraries(settings: Settings) -> None:
    """Raises ModuleNotFoundError that names a library which is not installed, or NotInstalled.

    Without it, each process would find that out by itself, after it was started.
    """
    for name, prefixes, library in LIBRARIES:
        if not getattr(settings, name).startswith(prefixes):
            continue
        if not find_spec(library):
            raise ModuleNotFoundError(f"{name} needs {library}", name=library)
        if library == "psycopg":
            check_psycopg()


def check_psycopg() -> None:
    """Raises NotInstalled where psycopg is there, and the library of PostgreSQL is not."""
    try:
        import_module("psycopg")
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        raise NotInstalled(
            "psycopg finds no libpq, the library of PostgreSQL: pip install 'hitsujun[postgres]',"
            " which brings one, or install your system's"
        ) from error
