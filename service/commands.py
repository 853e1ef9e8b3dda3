"""`hitsujun serve`, `worker`, `db` and `openapi`; `bench` and `wallpaper` have their own files."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import Checked, parse_name
from data.overwriting import check_no_overwrite
from kanji.commands.model import add_model
from service.backup_commands import add_backup
from service.bench.command import add_bench
from service.wallpaper_command import add_wallpaper

if TYPE_CHECKING:
    from service.settings import Settings


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands of this package to the `hitsujun` command."""
    add_bench(subparsers)
    add_wallpaper(subparsers)
    _add_serve(subparsers)
    worker = subparsers.add_parser(
        "worker", help="run only the worker, which paints the jobs in the queue"
    )
    _add_data_dir(worker)
    worker.set_defaults(run=_worker)
    _add_db(subparsers)
    add_backup(subparsers)
    openapi = subparsers.add_parser("openapi", help="print the OpenAPI document")
    openapi.set_defaults(run=_openapi)


def _add_serve(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = subparsers.add_parser("serve", help="run the API, the practice page and the worker")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    serve.add_argument(
        "--port",
        type=int,
        default=8000,
        help="port, 0 for any free one (default: %(default)s)",
    )
    _add_data_dir(serve)
    add_model(serve)
    serve.add_argument("--no-worker", action="store_true", help="do not start a worker")
    serve.add_argument(
        "--prepare",
        action="store_true",
        help="first build the references and fetch the weights of the default painting, where the"
        " cache has none",
    )
    serve.set_defaults(run=_serve)


def _add_db(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    db = subparsers.add_parser("db", help="copy the database, or go back to an earlier version")
    commands = db.add_subparsers(dest="db_command", required=True, metavar="COMMAND")
    move = commands.add_parser(
        "move",
        help="copy all rows into another database, and check them",
        description="Copies all rows and reads them back. Stop the service first. Pictures stay in"
        " the data folder.",
    )
    url = Checked(parse_name, _check_database)
    move.add_argument(
        "source", type=url, metavar="SOURCE", help="URL, such as sqlite:////data/hitsujun.sqlite"
    )
    move.add_argument(
        "target",
        type=url,
        metavar="TARGET",
        help="URL of an empty one, postgresql://USER:PASSWORD@HOST/NAME",
    )
    move.set_defaults(run=_move)
    downgrade = commands.add_parser(
        "downgrade",
        help="undo the migrations after a revision, before an earlier version is installed",
        description="Undoes migrations. What they added is lost: make a copy before.",
    )
    downgrade.add_argument(
        "revision", help="such as 0001, or base for none; GET /version names the newest"
    )
    downgrade.add_argument("--yes", action="store_true", help="do it; without, say what it would")
    _add_data_dir(downgrade)
    downgrade.set_defaults(run=_downgrade)


def _check_database(url: str, name: str) -> None:
    """Raises SettingsError for what is no URL of a database. It shows no password."""
    from service.errors import SettingsError
    from service.setting_rules import DATABASE

    if not DATABASE.allows(url):
        shown = re.sub("://.*@", "://...@", url)
        raise SettingsError(f"{name} is {shown!r}; it {DATABASE.says}")


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir", type=Path, help="folder of jobs and pictures (default: HITSUJUN_DATA_DIR)"
    )


def _serve(args: argparse.Namespace) -> int:
    from service.web.prepare import prepare
    from service.web.serve import serve

    return serve(
        _settings(args),
        host=args.host,
        port=args.port,
        with_painter=not args.no_worker,
        prepare=prepare if args.prepare else lambda: 0,
    )


def _worker(args: argparse.Namespace) -> int:
    from service.jobs.queue import queue_name
    from service.jobs.worker import run_worker
    from service.web.prepare import checked_installation
    from service.web.try_out import try_out

    settings = _settings(args)
    line = (
        f"hitsujun: the worker is ready; jobs come from {queue_name(settings)}; stop with Ctrl-C,"
        " and its job waits for the next worker"
    )
    with checked_installation(settings):
        try_out(settings)
        run_worker(settings, announce=lambda: print(line, file=sys.stderr, flush=True))
    return 0


def _move(args: argparse.Namespace) -> int:
    from service.db.chosen import database_file, database_to_fill, existing_database
    from service.db.move import move
    from service.jobs.tables import all_tables

    settings = _settings(argparse.Namespace(data_dir=None))
    old, new = (replace(settings, database_url=url) for url in (args.source, args.target))
    check_no_overwrite({"TARGET": database_file(new)}, {"SOURCE": database_file(old)})
    with existing_database(old) as source, database_to_fill(new) as target:
        counts = move(source, target, all_tables())
    print(json.dumps(counts, indent=1))
    return 0


def _downgrade(args: argparse.Namespace) -> int:
    from service.db.chosen import existing_database
    from service.db.migrate import check_revision, downgrade, undone_by
    from service.errors import DatabaseError

    check_revision(args.revision)
    with existing_database(_settings(args)) as engine:
        undone = undone_by(engine, args.revision)
        if undone and not args.yes:
            raise DatabaseError(
                f"this would undo {', '.join(undone)}, and delete the tables, columns and rows that"
                " they added: make a copy with hitsujun backup, then add --yes"
            )
        downgrade(engine, args.revision)
    print(json.dumps({"revision": args.revision, "undone": undone}))
    return 0


def _openapi(args: argparse.Namespace) -> int:
    from service.api.app import openapi_document

    print(json.dumps(openapi_document(), indent=2, ensure_ascii=False))
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    from service.settings import Settings

    paths = {"HITSUJUN_DATA_DIR": args.data_dir, "HITSUJUN_MODEL": getattr(args, "model", None)}
    options = {name: str(path.absolute()) for name, path in paths.items() if path}
    return Settings.from_env({**os.environ, **options})
