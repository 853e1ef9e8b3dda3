"""The settings of a configuration as options of a command."""

from __future__ import annotations

import argparse
from dataclasses import Field
from pathlib import Path
from typing import Any

from style.config.dream import DreamConfig
from style.config.setting import Setting, default_text, settings_of
from style.config.stylize import StylizeConfig


def add_settings(
    parser: argparse.ArgumentParser,
    config: type[StylizeConfig] | type[DreamConfig],
    *,
    output: str,
) -> None:
    """Adds `--output`, an option for each setting of a configuration, and `--report`.

    `output` says what the output may be besides a picture.
    """
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"file to write: .png, .jpg, .webp or .tiff; {output}",
    )
    for one, declared in settings_of(config).values():
        _add_setting(parser, one, declared)
    parser.add_argument(
        "--report", type=Path, metavar="R.json", help="file for losses, time and memory, as JSON"
    )


def _add_setting(parser: argparse.ArgumentParser, one: Field[Any], declared: Setting) -> None:
    allowed = declared.allowed()
    limits = f"allowed: {allowed}; " if allowed else ""
    parser.add_argument(
        option_of(one),
        dest=one.name,
        type=type(one.default),
        default=argparse.SUPPRESS,
        metavar="NAME" if isinstance(one.default, str) else "N",
        help=f"{declared.help} ({limits}default: {default_text(one)})",
    )


def option_of(one: Field[Any]) -> str:
    """`--class` of the field `class_`, `--max-memory` of `max_memory`."""
    return f"--{one.name.strip('_').replace('_', '-')}"


def settings_given(args: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The settings of a configuration that the command line names, without the defaults."""
    return {name: getattr(args, name) for name in settings_of(config) if hasattr(args, name)}
