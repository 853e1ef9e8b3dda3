"""argparse, whose errors are one line that says what was given, what is allowed, and what to do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from data.arguments import STANDARD_INPUT, Checked, Role, parse_float, parse_int, parse_path
from data.one_line import one_line
from data.overwriting import check_no_overwrite
from data.suggestions import did_you_mean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class ArgumentParser(argparse.ArgumentParser):
    """Types of `data.arguments` are checked, and a mistyped name has a suggestion.

    What is no command line is one line on stderr, and SystemExit with status 2. A value that is not
    allowed is DataError, and a path that cannot be used OSError, when all has been read.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"formatter_class": HelpFormatter, **options})
        self.register("type", int, parse_int)
        self.register("type", float, parse_float)
        self.register("type", Path, parse_path)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Called by argparse for a command, and for each command within it."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            nearest = did_you_mean(unknown[0], self._option_string_actions)
            self.error(f"unknown: {' '.join(unknown)}{nearest}")
        for action, check in self._checked():
            for one in _values(found, action):
                check.check(one, "/".join(action.option_strings) or _name(action))
        check_no_overwrite(self._files(found, "written"), self._files(found, "read"))
        return found, unknown

    def _checked(self) -> list[tuple[argparse.Action, Checked]]:
        return [(one, one.type) for one in self._actions if isinstance(one.type, Checked)]

    def _files(self, found: argparse.Namespace, role: Role) -> dict[str, list[Path]]:
        """The files of this role by the names of their arguments."""
        return {
            _name(action): [Path(one) for one in _values(found, action) if one != STANDARD_INPUT]
            for action, checked in self._checked()
            if checked.role == role
        }

    def error(self, message: str) -> NoReturn:
        """Prints one line, without the usage, and ends the process."""
        if message.endswith("expected one argument"):
            option = message.split()[1].rstrip(":").split("/")[-1]
            message += f"; if it begins with a minus, write {option}=-..."
        message = message.removeprefix("argument ")
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(map(str, action.choices))
            nearest = did_you_mean(str(value), known)
            raise argparse.ArgumentError(
                action, f"{value!r} is unknown; allowed: {', '.join(known)}{nearest}"
            )

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """argparse's own is silent where the disk is full; of stdout, it is an error here."""
        if file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)


def _values(found: argparse.Namespace, action: argparse.Action) -> list[Any]:
    value = getattr(found, action.dest, None)
    values = value if isinstance(value, list | tuple) else [value]
    return [one for one in values if one is not None]


def _name(action: argparse.Action) -> str:
    return str([action.metavar or action.dest, *action.option_strings][-1])


class HelpFormatter(argparse.HelpFormatter):
    """Leaves room for the indent of commands, so that each has its help beside it."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += self._indent_increment
