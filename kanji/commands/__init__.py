"""The commands of this package: recognize, grade, align, simulate and tune."""

from __future__ import annotations

import argparse

from kanji.commands.align import add_align
from kanji.commands.grade import add_grade
from kanji.commands.recognize import add_recognize
from kanji.practice.commands import add_simulate, add_tune


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds them to the `hitsujun` command."""
    for add in (add_recognize, add_grade, add_align, add_simulate, add_tune):
        add(commands)
