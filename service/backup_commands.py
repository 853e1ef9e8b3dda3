"""`hitsujun backup` and `hitsujun restore`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.arguments import existing_file, new_file

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from service.settings import Settings


def add_backup(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands."""
    backup = subparsers.add_parser(
        "backup",
        help="write everything that the service holds into one file, while it goes on",
        description="Writes the rows as they are at one moment, and the pictures, with the hashes"
        " of all. The settings say which database and which pictures.",
    )
    restore = subparsers.add_parser(
        "restore",
        help="read a backup into an empty installation",
        description="Reads a backup into the database and the pictures that the settings name;"
        " both must be empty. The backup is checked first. Either kind of database reads it.",
    )
    for parser, path, run in ((backup, new_file(), _back_up), (restore, existing_file, _restore)):
        parser.add_argument("file", type=path, help="the backup, such as hitsujun.tar")
        parser.add_argument(
            "--data-dir", type=Path, help="folder of jobs and pictures (default: HITSUJUN_DATA_DIR)"
        )
        parser.set_defaults(run=_command(run))


def _command(
    run: Callable[[Engine, Settings, Path], dict[str, Any]],
) -> Callable[[argparse.Namespace], int]:
    """Prints what `run` counted."""

    def command(args: argparse.Namespace) -> int:
        with _engine(args) as (engine, settings):
            print(json.dumps(run(engine, settings, args.file), indent=1))
        return 0

    return command


def _back_up(engine: Engine, settings: Settings, path: Path) -> dict[str, Any]:
    from service.backup.backup import back_up
    from service.blobs import open_blobs
    from service.jobs.tables import all_tables

    return back_up(engine, open_blobs(settings), all_tables(), path)


def _restore(engine: Engine, settings: Settings, path: Path) -> dict[str, Any]:
    from service.backup.restore import restore
    from service.blobs import open_blobs
    from service.jobs.tables import all_tables

    blobs = open_blobs(settings)
    return restore(engine, blobs, all_tables(), path, work_dir=settings.work_dir)


@contextmanager
def _engine(args: argparse.Namespace) -> Iterator[tuple[Engine, Settings]]:
    """The database of the settings."""
    from service.db.engine import open_engine
    from service.settings import Settings

    option = {"HITSUJUN_DATA_DIR": str(args.data_dir.absolute())} if args.data_dir else {}
    settings = Settings.from_env({**os.environ, **option})
    engine = open_engine(settings)
    try:
        yield engine, settings
    finally:
        engine.dispose()
