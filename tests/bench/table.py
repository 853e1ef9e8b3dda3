"""Tables as the pages of docs have them (Markdown)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one row for each of `rows`, as wide as `heads`; floats get two decimals."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def percent(fraction: float, digits: int = 1) -> str:
    """A fraction in per cent: 0.9234 as 92.3 %."""
    return f"{100 * fraction:.{digits}f} %"


def figures_table(figures: Mapping[str, Any]) -> str:
    """A table of the numbers in a mapping, and in mappings inside."""
    return table(["figure", "value"], _rows(figures))


def _rows(figures: Mapping[str, Any], *above: str) -> Iterator[list[object]]:
    """A row for each number; those of a mapping inside have its name before theirs."""
    for key, value in figures.items():
        names = (*above, str(key).replace("_", " "))
        if isinstance(value, Mapping):
            yield from _rows(value, *names)
        else:
            yield [": ".join(names), _number(value) if isinstance(value, int | float) else value]


def _number(value: float) -> str:
    """With its thousands; a float with four significant digits."""
    return f"{value:,}" if isinstance(value, int) else f"{float(f'{value:.4g}'):,.10g}"


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
