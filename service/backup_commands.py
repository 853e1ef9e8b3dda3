"""`hitsujun backup` and `hitsujun restore`."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.arguments import existing_file, new_file
from data.overwriting import check_no_overwrite

if TYPE_CHECKING:
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
        parser.add_argument(
            "file", type=path, metavar="FILE", help="the backup, such as hitsujun.tar"
        )
        parser.add_argument(
            "--data-dir", type=Path, help="folder of jobs and pictures (default: HITSUJUN_DATA_DIR)"
        )
        parser.set_defaults(run=run)


def _back_up(args: argparse.Namespace) -> int:
    from service.backup.backup import back_up
    from service.blobs import open_blobs
    from service.db.chosen import database_file, existing_database
    from service.jobs.tables import all_tables

    settings = _settings(args)
    files = settings.data_dir.glob("*.sqlite*")  # of jobs, and what SQLite keeps beside its files
    check_no_overwrite(
        {"FILE": args.file}, {"the database": filter(None, [database_file(settings), *files])}
    )
    with existing_database(settings) as engine:
        return _print(back_up(engine, open_blobs(settings), all_tables(), args.file))


def _restore(args: argparse.Namespace) -> int:
    from service.backup.archive import reading_archive
    from service.backup.restore import restore
    from service.blobs import open_blobs
    from service.db.chosen import database_to_fill
    from service.jobs.tables import all_tables

    settings = _settings(args)
    with reading_archive(args.file) as archive, database_to_fill(settings) as engine:
        blobs = open_blobs(settings)
        return _print(restore(engine, blobs, all_tables(), archive, work_dir=settings.work_dir))


def _print(counts: dict[str, Any]) -> int:
    print(json.dumps(counts, indent=1))
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    from service.settings import Settings

    option = {"HITSUJUN_DATA_DIR": str(args.data_dir.absolute())} if args.data_dir else {}
    return Settings.from_env({**os.environ, **option})
