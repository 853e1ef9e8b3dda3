"""What a bench without options prints."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any


def print_figures(
    measure: Callable[[], dict[str, Any]], arguments: Sequence[str], description: str | None
) -> None:
    """Print what `measure` returns as JSON; any argument but --help is refused."""
    argparse.ArgumentParser(description=description).parse_args(arguments)
    print(json.dumps(measure(), indent=1))
