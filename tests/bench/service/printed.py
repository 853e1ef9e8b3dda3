"""What a bench without options prints."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from tests.bench.table import figures_table


def print_figures(
    measure: Callable[[], dict[str, Any]], arguments: Sequence[str], description: str | None
) -> None:
    """Print what `measure` returns as a table; any argument but --help is refused."""
    argparse.ArgumentParser(description=description).parse_args(arguments)
    print(figures_table(measure()))
