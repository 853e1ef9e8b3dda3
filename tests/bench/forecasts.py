"""How long is a painting said to take, and how long does it? `python -m tests.bench.forecasts`

`CONTENT STYLE [--size 512] [--steps 24] [--backbone vgg19 ...]`. Prints the CPU seconds of a
painting, and as multiples of them: the forecast before it starts, and what the line of progress
tells after a tenth and at the end of the first size. `quadrupled`: the same line where a step is
taken to cost four times as much at each size, as it was before. One thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.pictures.files import open_picture
from style.runs.progress import Progress
from style.transfer.forecast import forecast
from style.transfer.run_cache import RunCache
from style.transfer.stylize import iterate

Moments = Sequence[tuple[float, Progress]]  # CPU seconds after each step


def main() -> None:
    """Prints a line for each backbone."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--steps", type=int, default=24, help="at each size")
    parser.add_argument("--backbone", nargs="+", default=["vgg19", "alexnet"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    content, style = open_picture(args.content), open_picture(args.style)
    for name in args.backbone:
        config, network = StylizeConfig(name, args.size, args.steps), Backbone.load(name)
        cache = RunCache(time.process_time)
        before = forecast(content, config, network, cache=cache).seconds
        started = time.process_time()
        run = iterate(content, [style], config, backbone=network, cache=cache)
        moments = [(time.process_time() - started, progress) for progress in run]
        total = moments[-1][0]
        quadrupled = [
            (seconds, replace(one, costs=tuple(4.0**n for n in range(one.scales))))
            for seconds, one in moments
        ]
        print(
            f"{name}: {total:.1f} s; forecast {before / total:.2f}; {_told(moments, args.steps)};"
            f" quadrupled {_told(quadrupled, args.steps)}",
            flush=True,
        )


def _told(moments: Moments, steps: int) -> str:
    """What the line tells as the whole time at two steps of the first size, relative to it."""
    first, last = moments[0], moments[-1]
    words = []
    for step in (max(5, steps // 10), steps):
        seconds, progress = moments[step - 1]
        pace = (seconds - first[0]) / (progress.done - first[1].done)
        whole = seconds + pace * (1 - progress.done)
        words.append(f"{whole / last[0]:.2f}")
    return f"told {words[0]} after {max(5, steps // 10)} steps, {words[1]} after {steps}"


if __name__ == "__main__":
    main()
