"""Learning curves: `python -m kanji.training.curves METRICS.csv [MORE.csv] -o FILE.png`.

Each further file begins at the step where the one before ended. If it is of a resumed run, it
replaces the steps that the killed run had logged after its last checkpoint.
"""

from __future__ import annotations

import csv
import sys
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from data.argument_parser import ArgumentParser
from data.arguments import existing_file, new_file
from data.cache import replacing
from data.content import head_of, named_content
from data.exit_status import exit_status
from kanji.errors import KanjiError

PANELS = (("loss", "val_loss"), ("accuracy", "val_accuracy"))  # one pair of axes for each
WHOLE = ("epoch", "step")
SMOOTHING_STEPS = 20  # logged steps in the running mean that smooths a training curve

Curve = tuple[list[int], list[float]]  # steps, values


def curves(files: Sequence[Path]) -> dict[str, Curve]:
    """The curves that Lightning's CSV logger wrote to `files`, by the names in PANELS.

    Raises KanjiError if a file has no steps.
    """
    curves_by_name: dict[str, Curve] = {name: ([], []) for names in PANELS for name in names}
    start = end = 0
    for file in files:
        rows = _rows(file)
        is_resumed = int(rows[0]["epoch"]) > 0
        start = start if is_resumed else end
        for name, (steps, values) in curves_by_name.items():
            kept = bisect_left(steps, start + int(rows[0]["step"]))
            del steps[kept:], values[kept:]
            steps += [start + int(row["step"]) for row in rows if row.get(name)]
            values += [float(row[name]) for row in rows if row.get(name)]
        end = start + 1 + max(int(row["step"]) for row in rows)
    return curves_by_name


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of a file that have a step."""
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("step")]
        for row in rows:
            for name, text in row.items():
                float(text or 0)
                if name in WHOLE:
                    int(text)
    except UnicodeDecodeError:
        found = named_content(head_of(file))
        raise KanjiError(f"{file} is {found}, not a metrics.csv of a `lightning fit`") from None
    except (TypeError, ValueError, csv.Error) as error:
        raise KanjiError(f"{file} is no metrics.csv of a `lightning fit`: {error}") from error
    if not rows or not {"epoch"} <= {*rows[0]}:
        raise KanjiError(f"{file} has no steps; give the metrics.csv of a `lightning fit`")
    return rows


def draw(curves_by_name: dict[str, Curve], output: Path) -> None:
    """Writes a PNG of the losses and the accuracies over steps, side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, names in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for name in names:
            steps, values = curves_by_name[name]
            is_validation = name.startswith("val_")
            axes.plot(steps, values if is_validation else _smoothed(values), label=name)
        axes.set_xlabel("steps")
        axes.grid(alpha=0.3)
        axes.legend()
    with replacing(output) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def _smoothed(values: list[float]) -> list[float]:
    """The running mean over the last SMOOTHING_STEPS values."""
    parts = [values[max(0, end - SMOOTHING_STEPS) : end] for end in range(1, len(values) + 1)]
    return [sum(part) / len(part) for part in parts]


def main(argv: list[str] | None = None) -> int:
    """Reads the metrics and writes the picture."""
    parser = ArgumentParser(prog="python -m kanji.training.curves", description=__doc__)
    parser.add_argument(
        "files",
        type=existing_file,
        nargs="+",
        metavar="METRICS.csv",
        help="of Lightning's CSV logger",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".png"),
        required=True,
        metavar="FILE.png",
        help="the picture to write",
    )
    args = parser.parse_args(argv)
    draw(curves(args.files), args.output)
    return 0


if __name__ == "__main__":
    sys.exit(exit_status(main))
