"""Mutation testing: how many small faults, put into the code one at a time, the tests find.

    python -m tests.bench.mutation grader [--count 40] [--seed 1] [--list] [--json FILE]

A room's code is copied, one expression of it is changed (`<` to `<=`, `+` to `-`, `and` to `or`, a
number to one more, ...), and the tests of the room run until the first fails. Mutants are drawn at
random, the same for a seed. A mutant that no test finds has survived; it is printed, to be looked
at: some change nothing that counts. One with which the tests take three times as long counts as
found. The tests of the file of that name run first.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.bench.row import Row
from tests.bench.figures import REPOSITORY, add_json, write_figures

FOLDERS = ("data", "kanji", "style", "service", "tests", "docs")
LEAST_SECONDS = 120.0  # that the tests of a mutant may take


@dataclass(frozen=True)
class Room:
    """Files whose code is changed, and the tests that should find it; both are glob patterns."""

    code: Sequence[str]
    tests: Sequence[str]


ROOMS = {
    "grader": Room(["kanji/grading/*.py"], ["tests/kanji/grading"]),
    "matcher": Room(["kanji/matching/*.py"], ["tests/kanji/matching", "tests/kanji/grading"]),
    "scheduler": Room(["kanji/practice/*.py"], ["tests/kanji/practice"]),
    "sync": Room(
        [
            "service/api/received.py",
            "service/db/learner_log.py",
            "service/db/progress.py",
            "service/db/days.py",
            "service/db/standings.py",
            "service/api/reviews.py",
        ],
        [
            "tests/service/api/test_inks.py",
            "tests/service/api/test_reviews.py",
            "tests/service/api/test_queue.py",
            "tests/service/api/test_stats.py",
            "tests/service/db",
            "tests/service/test_devices_in_any_order.py",
        ],
    ),
    "checkpoint": Room(
        ["style/runs/checkpoint.py", "style/transfer/run_cache.py", "style/runs/progress.py"],
        ["tests/style/runs", "tests/style/transfer/test_checkpoint.py", "tests/style/dreams"],
    ),
}
# Files of a room that only draw pictures or read arguments.
LEFT_OUT = ("__init__.py", "commands.py", "plot.py")

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A changed file: its path, where and what was changed, and its whole text."""

    path: Path
    line: int
    change: str
    text: str


def main() -> None:
    """Prints each survivor, and the fraction that was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="only print the mutants")
    add_json(parser)
    args = parser.parse_args()
    room = ROOMS[args.room]
    found = chosen(room, args.count, args.seed)
    if args.list:
        print(*(f"{one.path}:{one.line}: {one.change}" for one in found), sep="\n")
        return
    survivors = [one for one, is_found in results(room, found) if not is_found]
    killed = 100 * (1 - len(survivors) / len(found))
    print(f"{args.room}: {len(found) - len(survivors)} of {len(found)} found, {killed:.0f} %")
    what = f"{args.room}: mutants that tests find, of {len(found)}"
    row = Row("mutation", what, killed, "%", at_least=85)
    write_figures(args.json, [row])


def chosen(room: Room, count: int, seed: int) -> list[Mutant]:
    """`count` of the room's mutants, at random."""
    paths = sorted(path for pattern in room.code for path in REPOSITORY.glob(pattern))
    every = [(path, n) for path in paths if path.name not in LEFT_OUT for n in range(places(path))]
    drawn = random.Random(seed).sample(every, min(count, len(every)))
    return [mutant(path, number) for path, number in sorted(drawn)]


def results(room: Room, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool]]:
    """Whether the tests find each mutant. Raises SystemExit where they fail without one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in FOLDERS:
            shutil.copytree(REPOSITORY / name, copy / name)
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(REPOSITORY / name, copy / name)
        started = time.monotonic()
        if not passes(copy, room.tests, 3600):
            raise SystemExit(f"the tests fail before anything is changed: {' '.join(room.tests)}")
        limit = max(LEAST_SECONDS, 3 * (time.monotonic() - started))
        for number, one in enumerate(mutants, start=1):
            path = copy / one.path
            original = path.read_text("utf-8")
            path.write_text(one.text, "utf-8")
            is_found = not passes(copy, [*own_tests(one.path), *room.tests], limit)
            path.write_text(original, "utf-8")
            verdict = "found" if is_found else "SURVIVED"
            print(f"{number}: {verdict}: {one.path}:{one.line}: {one.change}", flush=True)
            yield one, is_found


def passes(folder: Path, tests: Sequence[str], limit: float) -> bool:
    """Whether these tests of a copy of the repository pass, within `limit` seconds."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-m", "not slow and not gpu", *dict.fromkeys(tests)]
    environ = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def own_tests(path: Path) -> list[str]:
    """The tests of a file, where there are any of its name."""
    test = Path("tests", *path.parts[:-1], f"test_{path.name}")
    return [str(test)] if (REPOSITORY / test).exists() else []


def places(path: Path) -> int:
    """How many mutants a file has."""
    return len(_changes(ast.parse(path.read_text("utf-8"))))


def mutant(path: Path, number: int) -> Mutant:
    """One of the mutants of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    node, other = _changes(tree)[number]
    change = f"{ast.unparse(node)}  ->  {ast.unparse(other)}"
    text = ast.unparse(_Replaced(node, other).visit(tree))
    return Mutant(path.relative_to(REPOSITORY), node.lineno, change, text)


class _Replaced(ast.NodeTransformer):
    """Puts one node into the place of another."""

    def __init__(self, node: ast.expr, other: ast.expr) -> None:
        self._node, self._other = node, other

    def visit(self, node: ast.AST) -> ast.AST:
        return self._other if node is self._node else super().generic_visit(node)


def _changes(tree: ast.Module) -> list[tuple[ast.expr, ast.expr]]:
    """The expressions that can be changed, in the order of `ast.walk`, each with the other one."""
    skipped = {id(node) for one in ast.walk(tree) for node in _not_code(one)}
    nodes = (one for one in ast.walk(tree) if isinstance(one, ast.expr) and id(one) not in skipped)
    return [(node, other) for node in nodes if (other := _changed(node))]


def _not_code(node: ast.AST) -> Iterator[ast.AST]:
    """What is below an annotation, a decorator, an assertion, or an error's or a log's text."""
    below: list[ast.AST | None] = []
    if isinstance(node, ast.arg | ast.AnnAssign):
        below = [node.annotation]
    elif isinstance(node, ast.FunctionDef):
        below = [node.returns, *node.decorator_list]
    elif isinstance(node, ast.ClassDef):
        below = list(node.decorator_list)  # as of a dataclass: frozen, which tests need not see
    elif isinstance(node, ast.Assert | ast.Raise | ast.JoinedStr):
        below = [node]
    for one in below:
        if one is not None:
            yield from ast.walk(one)


def _changed(node: ast.expr) -> ast.expr | None:
    """The expression with its change, or None where there is none for its kind."""
    match node:
        case ast.Compare(ops=[op, *rest]) if type(op) in COMPARISONS:
            return ast.Compare(node.left, [COMPARISONS[type(op)](), *rest], node.comparators)
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            return ast.BinOp(node.left, OPERATORS[type(op)](), node.right)
        case ast.BoolOp(op=op):
            return ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return node.operand
        case ast.Name(id=name) if name in NAMES:
            return ast.Name(NAMES[name], node.ctx)
        case ast.Constant(value=bool(value)):
            return ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            return ast.Constant(value + 1)
    return None


if __name__ == "__main__":
    main()
