"""Mutation testing: how many small faults, put into the code one at a time, the tests find.

    python -m tests.bench.mutation grader [--count 40] [--seed 1] [--list] [--json FILE]
    python -m tests.bench.mutation grader --at kanji/grading/form.py:120

A room's code is copied, one expression of it is changed (`<` to `<=`, `+` to `-`, `and` to `or`, a
number to one more, ...), and the tests of the room run until the first fails. Mutants are drawn at
random, the same for a seed. A mutant that no test finds has survived; it is printed, to be looked
at: some change nothing that counts. One with which the tests take three times as much of the
processor counts as found. The tests of the file of that name run first. `--at` asks for every
mutant of a file, or of a line of it, to see whether a new test finds them. docs/mutation.md lists
what survives, and why.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.bench.row import Row
from tests.bench.figures import REPOSITORY, add_json, write_figures

FOLDERS = ("data", "kanji", "style", "service", "tests", "docs")
LEAST_SECONDS = 60  # of the processor that the tests of a mutant may take
WAITS = 30  # times that, by the clock, after which they wait for each other


@dataclass(frozen=True)
class Room:
    """Files whose code is changed, and the tests that should find it; both are glob patterns."""

    code: Sequence[str]
    tests: Sequence[str]


# They compare the grader with the one of the browser, which is written anew and is not changed.
PARITY = [
    "tests/service/grader/test_constants.py",
    "tests/service/grader/test_parity.py::test_both_graders_answer_alike",
]
ROOMS = {
    "grader": Room(["kanji/grading/*.py"], ["tests/kanji/grading", *PARITY]),
    "matcher": Room(
        ["kanji/matching/*.py"], ["tests/kanji/matching", "tests/kanji/grading", *PARITY]
    ),
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
            "tests/service/api/test_reviews.py",
            "tests/service/api/test_inks.py",
            "tests/service/api/test_queue.py",
            "tests/service/api/test_stats.py",
            "tests/service/api/test_metrics.py::test_grades_and_reviews_are_counted",
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

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.change}"


def main() -> None:
    """Prints each survivor, and the fraction that was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", default="", metavar="FILE[:LINE]", help="only mutants from here")
    parser.add_argument("--list", action="store_true", help="only print the mutants")
    add_json(parser)
    args = parser.parse_args()
    room = ROOMS[args.room]
    found = all_at(room, args.at) if args.at else chosen(room, args.count, args.seed)
    if not found:
        parser.error(f"nothing can be changed at {args.at}")
    if args.list:
        print(*found, sep="\n")
        return
    survivors = [one for one, is_found in results(room, found) if not is_found]
    killed = 100 * (1 - len(survivors) / len(found))
    print(*(f"survived: {one}" for one in survivors), sep="\n")
    print(f"{args.room}: {len(found) - len(survivors)} of {len(found)} found, {killed:.0f} %")
    what = f"{args.room}: mutants that tests find, of {len(found)}"
    row = Row("mutation", what, killed, "%", at_least=85)
    write_figures(args.json, [row])


def chosen(room: Room, count: int, seed: int) -> list[Mutant]:
    """`count` of the room's mutants, at random."""
    every = [(path, number) for path in files(room) for number in range(places(path))]
    drawn = random.Random(seed).sample(every, min(count, len(every)))
    return [mutant(path, number) for path, number in sorted(drawn)]


def all_at(room: Room, place: str) -> list[Mutant]:
    """Every mutant of the room in a file, or at FILE:LINE."""
    name, _, line = place.partition(":")
    paths = [path for path in files(room) if path == REPOSITORY / name]
    every = [mutant(path, number) for path in paths for number in range(places(path))]
    return [one for one in every if not line or one.line == int(line)]


def files(room: Room) -> list[Path]:
    """The files of the room that have mutants."""
    paths = sorted(path for pattern in room.code for path in REPOSITORY.glob(pattern))
    return [path for path in paths if path.name not in LEFT_OUT]


def results(room: Room, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool]]:
    """Whether the tests find each mutant. Raises SystemExit where they fail without one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in FOLDERS:
            shutil.copytree(REPOSITORY / name, copy / name)
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(REPOSITORY / name, copy / name)
        before = _seconds_of_children()
        if not passes(copy, room.tests, 3600):
            raise SystemExit(f"the tests fail before anything is changed: {' '.join(room.tests)}")
        limit = max(LEAST_SECONDS, round(3 * (_seconds_of_children() - before)))
        for number, one in enumerate(mutants, start=1):
            path = copy / one.path
            original = path.read_text("utf-8")
            path.write_text(one.text, "utf-8")
            # To collect all tests takes longer than to run those that find most.
            nearest = own_tests(one.path) or room.tests[:1]
            is_found = not (passes(copy, nearest, limit) and passes(copy, room.tests, limit))
            path.write_text(original, "utf-8")
            verdict = "found" if is_found else "SURVIVED"
            print(f"{number}: {verdict}: {one}", flush=True)
            yield one, is_found


def _seconds_of_children() -> float:
    """The processor's time of all processes that have ended."""
    return sum(os.times()[2:4])


def passes(folder: Path, tests: Sequence[str], limit: int) -> bool:
    """Whether these tests of a copy of the repository pass, within `limit` seconds of processor."""
    command = ["sh", "-c", f'ulimit -S -t {limit} && exec "$@"', "sh"]
    command += [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["-m", "not slow and not gpu", *tests]
    environ = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            timeout=WAITS * limit,
            check=False,
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
    """What is below an annotation, a decorator, an assertion, or an error's or a log's text.

    `strict` of `zip` is an assertion too.
    """
    below: list[ast.AST | None] = []
    if isinstance(node, ast.arg | ast.AnnAssign):
        below = [node.annotation]
    elif isinstance(node, ast.FunctionDef):
        below = [node.returns, *node.decorator_list]
    elif isinstance(node, ast.ClassDef):
        below = list(node.decorator_list)  # as of a dataclass: frozen, which tests need not see
    elif isinstance(node, ast.keyword) and node.arg == "strict":
        below = [node.value]
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
