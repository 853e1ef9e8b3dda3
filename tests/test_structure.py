"""Functions stay short enough to be read at once; ruff holds the rest (pyproject.toml)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 40  # lines of a function, its signature and docstring included


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("folder", ["data", "kanji", "style", "service", "tests"])
def test_no_function_is_longer_than_40_lines(folder: str) -> None:
    long = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for one in functions(path)
        if (one.end_lineno or 0) - one.lineno >= LONGEST
    ]
    assert not long
