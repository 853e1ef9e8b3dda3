"""Puts what benches print into the pages of docs.

`python -m tests.bench.pages [--run TEXT...]`

A page names a command in a comment, and has its output up to the next such comment: tables as they
are, JSON as a table, and other text as it is.

    <!-- printed by python -m tests.bench.kana -->
    <!-- printed until here -->

Without `--run` the pages are filled from docs/printed.json, which has each command's last output.
With it the commands that have one of these texts in them are run first, one after the other.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from glob import glob
from pathlib import Path

from data.cache import replacing
from service.bench.machine import machine
from service.bench.results import today
from tests.bench.figures import REPOSITORY
from tests.bench.table import figures_table, table

DOCS = REPOSITORY / "docs"
RECORDS = DOCS / "printed.json"
BLOCK = re.compile(
    r"<!-- printed by ((?:python -m tests\.bench\.|hitsujun )[^\n]+) -->\n(.*?)"
    r"<!-- printed until here -->",
    re.S,
)


@dataclass(frozen=True)
class Printed:
    """What a command printed. `date`: YYYY-MM-DD, in UTC."""

    text: str
    date: str = field(default_factory=today)
    machine: str = field(default_factory=machine)


def main() -> None:
    """Runs what is asked for, and fills the pages."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--run", nargs="+", default=(), metavar="TEXT")
    wanted = parser.parse_args().run
    for command in dict.fromkeys(c for page in pages() for c in commands_of(page.read_text())):
        if any(text in command for text in wanted):
            print(command, file=sys.stderr, flush=True)
            printed = Printed(output_of(command))
            _write_records(read_records() | {command: printed})
    records = read_records()
    for page in pages():
        text = page.read_text("utf-8")
        if (new := filled(text, records)) != text:
            with replacing(page) as partial:
                partial.write_text(new, "utf-8")


def pages() -> Iterator[Path]:
    """The pages of docs."""
    yield from sorted(DOCS.glob("*.md"))


def commands_of(page: str) -> list[str]:
    """The commands whose output the text of a page has."""
    return [command for command, _ in BLOCK.findall(page)]


def filled(page: str, records: Mapping[str, Printed]) -> str:
    """The text of a page with the output of its commands; what has no record stays."""

    def block(found: re.Match[str]) -> str:
        command = found[1]
        if command not in records:
            return found[0]
        return (
            f"<!-- printed by {command} -->\n\n{_shown(command, records[command])}\n\n"
            "<!-- printed until here -->"
        )

    return BLOCK.sub(block, page)


def output_of(command: str) -> str:
    """Runs a command in the repository. Raises CalledProcessError where it fails."""
    program, *words = shlex.split(command)
    start = ["-m", "service.cli"] if program == "hitsujun" else []
    done = subprocess.run(
        [sys.executable, *start, *_unfolded(words)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    if not done.stdout.strip() or done.stdout.startswith("skipped"):
        raise SystemExit(f"{command} measured nothing: {done.stdout.strip()}")
    return done.stdout.strip()


def _unfolded(words: Iterable[str]) -> Iterator[str]:
    """The words of a command, with what * stands for."""
    for word in words:
        yield from sorted(glob(word, root_dir=REPOSITORY)) if "*" in word else [word]


def read_records() -> dict[str, Printed]:
    """The last output of each command."""
    return {command: Printed(**one) for command, one in json.loads(RECORDS.read_text()).items()}


def _write_records(records: Mapping[str, Printed]) -> None:
    text = json.dumps(
        {command: asdict(one) for command, one in sorted(records.items())},
        indent=1,
        ensure_ascii=False,
    )
    with replacing(RECORDS) as partial:
        partial.write_text(text + "\n", "utf-8")


def _shown(command: str, printed: Printed) -> str:
    """Tables as they are, other text as code; then what printed it, when and on what."""
    text = printed.text
    if not any(line.startswith("|") for line in text.splitlines()):
        try:
            text = _table_of(text)
        except ValueError:
            text = f"```text\n{text}\n```"
    return f"{text}\n\n`{command}`, {printed.date}, {printed.machine}"


def _table_of(text: str) -> str:
    """A table of JSON: of an object, of a list of objects, or of lines of objects, all alike."""
    try:
        read = json.loads(text)
    except ValueError:
        read = [json.loads(line) for line in text.splitlines()]
    if isinstance(read, dict):
        return figures_table(read)
    heads = [name.replace("_", " ") for name in read[0]]
    return table(heads, ([str(value) for value in row.values()] for row in read))


if __name__ == "__main__":
    main()
