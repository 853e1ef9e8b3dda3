"""The libraries that the settings need, beside those that the extra `service` installs."""

from __future__ import annotations

from importlib.util import find_spec

from service.settings import REDIS, Settings

# By setting: how its URL begins, and the library that it then needs.
LIBRARIES = (
    ("database_url", ("postgres",), "psycopg"),
    ("queue_url", ("postgres",), "psycopg"),
    ("queue_url", (*REDIS, "unix:"), "redis"),
    ("limits_url", REDIS, "redis"),
    ("blobs_url", ("s3:", "memory:"), "obstore"),
)


def check_libraries(settings: Settings) -> None:
    """Raises ModuleNotFoundError that names a library which is not installed.

    Without it, each process would find that out by itself, after it was started.
    """
    for name, prefixes, library in LIBRARIES:
        if getattr(settings, name).startswith(prefixes) and not find_spec(library):
            raise ModuleNotFoundError(f"{name} needs {library}", name=library)
