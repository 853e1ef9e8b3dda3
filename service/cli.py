"""The `hitsujun` command, made of the commands of each package."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

PACKAGES = ("data", "kanji", "style", "service")
EXTRAS = (
    {"torch": "style", "torchvision": "style", "safetensors": "style"}
    | dict.fromkeys(("lightning", "jsonargparse", "onnx"), "train")
    | {"redis": "redis", "psycopg": "postgres", "obstore": "s3"}
)  # of the libraries that the extra `service` does not install


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. A bad input is one line on stderr and exit status 2."""
    args = _parser().parse_args(argv)
    try:
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `hitsujun ... | head`: the reader has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in PACKAGES:
            raise
        print(
            f"hitsujun: this command needs {missing}:"
            f" pip install 'hitsujun[{EXTRAS.get(missing, 'service')}]'",
            file=sys.stderr,
        )
    except (ValueError, OSError) as error:
        print(f"hitsujun: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


class _Parser(argparse.ArgumentParser):
    """Adds to argparse's error how to write a value that begins with a minus."""

    def error(self, message: str) -> NoReturn:
        if message.endswith("expected one argument"):
            option = message.split()[1].rstrip(":").split("/")[-1]
            message += f"; if it begins with a minus, write {option}=-..."
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hitsujun",
        description="Practise kanji by hand: read and grade drawn strokes, and paint pictures.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28),
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for package in PACKAGES:
        if find_spec(f"{package}.commands"):
            import_module(f"{package}.commands").add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
