"""The settings of a configuration as options of a command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import Field
from pathlib import Path
from typing import Any

from data.arguments import new_file
from style.config.dream import DreamConfig
from style.config.setting import Setting, default_text, settings_of
from style.config.stylize import StylizeConfig
from style.errors import ConfigError


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
    add_setting_options(parser, config)
    parser.add_argument(
        "--report",
        type=new_file(),
        metavar="R.json",
        help="file for losses, time and memory, as JSON",
    )


def add_setting_options(parser: argparse.ArgumentParser, config: type[Any]) -> None:
    """Adds an option for each setting of a configuration, without a value where it is not given."""
    for one, declared in settings_of(config).values():
        _add_option(parser, one, declared, argparse.SUPPRESS)


def add_setting(
    parser: argparse._ActionsContainer,
    config: type[Any],
    name: str,
    *,
    default: int | str,
) -> None:
    """Adds the option of one setting, for a command with a default of its own."""
    _add_option(parser, *settings_of(config)[name], default)


def _add_option(
    parser: argparse._ActionsContainer, one: Field[Any], declared: Setting, default: Any
) -> None:
    """Adds the option of a setting; with the default SUPPRESS it is left out unless it is given."""
    shown = default_text(one) if default is argparse.SUPPRESS else default
    allowed = declared.allowed()
    limits = f"allowed: {allowed}; " if allowed else ""
    if isinstance(one.default, bool):
        parser.add_argument(
            option_of(one), dest=one.name, action="store_true", default=default, help=declared.help
        )
        return
    parser.add_argument(
        option_of(one),
        dest=one.name,
        type=(kind := declared.type_of(one.default)),
        default=default,
        metavar="NAME" if kind is str else "N",
        help=f"{declared.help} ({limits}default: {shown})",
    )


def option_of(one: Field[Any]) -> str:
    """`--class` of the field `class_`, `--max-memory` of `max_memory`."""
    return f"--{one.name.strip('_').replace('_', '-')}"


def options_of(config: type[Any], names: Iterable[str]) -> list[str]:
    """The options of the settings of these names."""
    declared = settings_of(config)
    return [option_of(declared[name][0]) for name in names]


def settings_given(args: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The settings of a configuration that the command line names, without the defaults.

    Raises ConfigError for an empty text: it would be the default, which is what leaving it out is.
    """
    settings = settings_of(config)
    given = {name: getattr(args, name) for name in settings if hasattr(args, name)}
    for name, value in given.items():
        if value == "":
            option = option_of(settings[name][0])
            raise ConfigError(f"{option} is empty: give a value, or leave it out")
    return given
