"""The commands `hitsujun data`. Each file adds the parsers of its commands and runs them."""

from __future__ import annotations

from data.commands.build import add_build_commands
from data.commands.files import add_file_commands
from data.commands.options import Commands


def add_commands(subparsers: Commands) -> None:
    """Adds `data` with its sub-commands."""
    data = subparsers.add_parser("data", help="corpora, reference sets and pictures")
    commands = data.add_subparsers(dest="data_command", required=True, metavar="COMMAND")
    add_build_commands(commands)
    add_file_commands(commands)
