"""The constants of the grader in the browser: `python -m service.grader_constants` writes them.

The modules of `service/static/grader` take every threshold, text and table from the file that is
written here, so that both graders have the same.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from data.characters import characters
from kanji.grading.variation import table

TARGET = Path(__file__).parent / "static" / "grader" / "constants.js"
# The modules whose public constants are written, each as one object with the module's name.
MODULES = (
    "data.ink.ink",
    "data.ink.sequence",
    "kanji.grading.advice",
    "kanji.grading.beauty",
    "kanji.grading.endings",
    "kanji.grading.faults",
    "kanji.grading.form",
    "kanji.grading.grade",
    "kanji.grading.slant",
    "kanji.grading.slips",
    "kanji.grading.so_far",
    "kanji.grading.strokes",
    "kanji.grading.variation",
    "kanji.matching.costs",
    "kanji.matching.geometry",
    "kanji.matching.match",
    "kanji.matching.miscount",
    "kanji.matching.rings",
    "kanji.matching.strays",
    "kanji.recognizer.handakuten",
    "kanji.recognizer.recognize",
    "kanji.recognizer.second_look",
)
HEAD = (
    "// Made by `python -m service.grader_constants` from the Python modules named; do not edit.\n"
)


def main() -> None:
    """Writes the file."""
    TARGET.write_text(constants_js(), "utf-8")


def constants_js() -> str:
    """The file's text: one exported object for each module, the fitted table, and characters."""
    parts = [HEAD]
    for module in MODULES:
        name = module.rpartition(".")[2].upper()
        parts.append(f"\n// {module}\nexport const {name} = {_literal(constants_of(module))};\n")
    parts.append(f"\n// kanji/grading/variation.json\nexport const TABLE = {_line(table())};\n")
    parts.append("\n// data.characters.characters\n")
    for name, chosen in (("KANA", "kana"), ("MARKS", "marks"), ("KANJI", "all")):
        parts.append(f"export const {name} = {_line(''.join(sorted(characters(chosen))))};\n")
    return "".join(parts)


def constants_of(module: str) -> dict[str, Any]:
    """The public constants that a module assigns itself, as JSON values; not paths or types."""
    loaded = importlib.import_module(module)
    values = {name: getattr(loaded, name) for name in _assigned(inspect.getsource(loaded))}
    return {name: _json(value) for name, value in values.items() if _is_plain(value)}


def _assigned(source: str) -> Iterable[str]:
    """The names in capitals that are assigned at the top of a module, in order."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (
                name.id
                for name in names
                if isinstance(name, ast.Name) and name.id.isupper() and name.id[0] != "_"
            )


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | tuple | frozenset | dict | np.ndarray)


def _json(value: Any) -> Any:
    """A constant as a JSON value: a set as a sorted list, NumPy's numbers as numbers."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if isinstance(value, dict):
        return {_key(key): _json(one) for key, one in value.items()}
    return float(value) if isinstance(value, float) else value


def _key(key: object) -> str:
    """A key as JavaScript writes it."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def _literal(values: dict[str, Any]) -> str:
    """An object, one line for each member."""
    return "{\n" + "".join(f"  {name}: {_line(value)},\n" for name, value in values.items()) + "}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


if __name__ == "__main__":
    main()
