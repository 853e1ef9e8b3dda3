"""The settings of a configuration as options of a command."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig


def add_settings(
    parser: argparse.ArgumentParser,
    config: type[StylizeConfig] | type[DreamConfig],
    *,
    output: str,
) -> None:
    """The output, a report, and an option for each setting of a configuration.

    `output`: what the output may be besides a picture.
    """
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"where to: .png, .jpg, .webp or .tiff; {output}",
    )
    for one in fields(config):
        default = one.metadata["unset"] if one.default == "" else one.default
        parser.add_argument(
            f"--{one.name.strip('_').replace('_', '-')}",
            dest=one.name,
            type=type(one.default),
            default=argparse.SUPPRESS,
            metavar="NAME" if isinstance(one.default, str) else "N",
            help=f"{one.metadata['help']} (default: {default})",
        )
    parser.add_argument("--report", type=Path, metavar="R.json", help="write what it took as JSON")


def given(args: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The settings of a configuration that stand on the command line."""
    return {one.name: getattr(args, one.name) for one in fields(config) if hasattr(args, one.name)}
