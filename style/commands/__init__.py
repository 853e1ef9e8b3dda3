"""The commands `hitsujun stylize`, `dream`, `layers`, `compare`, `weights` and `publish`."""

from __future__ import annotations

import argparse

from style.commands.compare import add_compare
from style.commands.dream import add_dream
from style.commands.layers import add_layers
from style.commands.publish import add_publish
from style.commands.stylize import add_stylize
from style.commands.weights import add_weights


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands of this package to the `hitsujun` command."""
    for add in (add_stylize, add_dream, add_layers, add_compare, add_weights, add_publish):
        add(commands)
