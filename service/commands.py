"""`hitsujun serve`, `worker` and `openapi`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from service.bench import add_bench

if TYPE_CHECKING:
    from service.settings import Settings

STOP_SECONDS = 10  # that a worker has to put its work down


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this package."""
    add_bench(subparsers)
    serve = subparsers.add_parser("serve", help="the API, the practice page and the painter")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="port, 0 for any (%(default)s)")
    serve.add_argument("--data-dir", type=Path, help="where jobs are kept (HITSUJUN_DATA_DIR)")
    serve.add_argument("--no-worker", action="store_true", help="start no painter beside it")
    serve.set_defaults(run=_serve)
    worker = subparsers.add_parser("worker", help="the painter alone: takes jobs from the queue")
    worker.add_argument("--data-dir", type=Path, help="where jobs are kept (HITSUJUN_DATA_DIR)")
    worker.set_defaults(run=_worker)
    openapi = subparsers.add_parser("openapi", help="print the OpenAPI document")
    openapi.set_defaults(run=_openapi)


def _serve(args: argparse.Namespace) -> int:
    import waitress

    from service.api.app import create_app

    settings = _settings(args)
    server = waitress.create_server(
        create_app(settings),
        host=args.host,
        port=args.port,
        threads=settings.threads,
        max_request_body_size=(1 + settings.max_styles) * settings.max_image_bytes + 1_000_000,
        ident=None,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _child_worker(settings, wanted=not args.no_worker) as state:
            _greet(args.host, server, settings, state)
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0


def _worker(args: argparse.Namespace) -> int:
    from service.jobs.worker import run_worker

    run_worker(_settings(args))
    return 0


def _openapi(args: argparse.Namespace) -> int:
    from service.api.openapi import openapi_document

    print(json.dumps(openapi_document(), indent=2, ensure_ascii=False))
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    from service.settings import Settings

    given = {"HITSUJUN_DATA_DIR": str(args.data_dir.absolute())} if args.data_dir else {}
    return Settings.from_env({**os.environ, **given})


@contextmanager
def _child_worker(settings: Settings, *, wanted: bool) -> Iterator[str]:
    """Run the painter as a process below this one; yields a line that says how it is."""
    if not wanted:
        yield "no painter was started here; run one with: hitsujun worker"
        return
    if not find_spec("torch"):
        yield "painting is off, practice works; for painting: pip install 'hitsujun[style]'"
        return
    command = [sys.executable, "-m", "service.cli", "worker", "--data-dir", str(settings.data_dir)]
    with subprocess.Popen(command, start_new_session=True) as child:
        try:
            yield "the painter runs beside it"
        finally:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def _greet(host: str, server: object, settings: Settings, state: str) -> None:
    port = getattr(server, "effective_port", None)
    url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    print(
        f"hitsujun: practise at {url}/ and read about the API at {url}/v1/docs\n"
        f"hitsujun: {state}; jobs are kept in {settings.data_dir}; stop with Ctrl-C",
        file=sys.stderr,
        flush=True,
    )


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
