"""Curves of a training: `python -m kanji.training.curves METRICS.csv [MORE.csv] -o FILE.png`.

Of several files each begins where the last ended; a run that was resumed takes the place of what
its kill had lost.
"""

from __future__ import annotations

import argparse
import csv
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from data.cache import replacing
from kanji.errors import KanjiError

SHOWN = (("loss", "val_loss"), ("accuracy", "val_accuracy"))  # an axis for each
SMOOTHED = 20  # logged steps whose mean a curve of the training shows

Curve = tuple[list[int], list[float]]  # steps, values


def curves(files: Sequence[Path]) -> dict[str, Curve]:
    """What Lightning's CSV logger wrote, by name. Raises KanjiError where a file has no steps."""
    found: dict[str, Curve] = {name: ([], []) for pair in SHOWN for name in pair}
    begun = end = 0
    for file in files:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("step")]
        if not rows:
            raise KanjiError(f"{file} has no steps; give the metrics.csv of a `lightning fit`")
        is_resumed = int(rows[0]["epoch"]) > 0
        begun = begun if is_resumed else end
        for name, (steps, values) in found.items():
            kept = bisect_left(steps, begun + int(rows[0]["step"]))
            del steps[kept:], values[kept:]
            steps += [begun + int(row["step"]) for row in rows if row.get(name)]
            values += [float(row[name]) for row in rows if row.get(name)]
        end = begun + 1 + max(int(row["step"]) for row in rows)
    return found


def draw(found: dict[str, Curve], output: Path) -> None:
    """Losses and accuracies over steps, one beside the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, names in zip(figure.subplots(1, len(SHOWN)), SHOWN, strict=True):
        for name in names:
            steps, values = found[name]
            is_validation = name.startswith("val_")
            axes.plot(steps, values if is_validation else _smoothed(values), label=name)
        axes.set_xlabel("steps")
        axes.grid(alpha=0.3)
        axes.legend()
    with replacing(output) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def _smoothed(values: list[float]) -> list[float]:
    parts = [values[max(0, end - SMOOTHED) : end] for end in range(1, len(values) + 1)]
    return [sum(part) / len(part) for part in parts]


def main(argv: list[str] | None = None) -> None:
    """Writes the picture."""
    parser = argparse.ArgumentParser(prog="python -m kanji.training.curves", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="METRICS.csv")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args(argv)
    draw(curves(args.files), args.output)


if __name__ == "__main__":
    main()
