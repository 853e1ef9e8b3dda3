"""What painting costs on a GPU: `python -m tests.bench.gpu [-o gpu.json]`, or `make gpu`.

Runs the tests marked `gpu`. Then measures, on noise: a step of a painting against the bare forward
and backward pass, in several formats; the default painting at sizes up to 4096 px; a dream; several
paintings at once; the memory of each. Writes JSON and prints the table of docs/gpu.md. It needs no
network: without weights in the cache they are random, which costs the same. What does not fit into
memory, or into `--minutes`, is a row that says so. `--device cpu` with small sizes runs all of it
but the CUDA graphs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data.cache import replacing
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.store import cached_path
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.dreams.dream import dream
from style.errors import StyleError
from style.runs.device import peak_memory_mb, versions
from style.transfer.stylize import stylize
from tests.bench.gpu_formats import FORMATS, seconds_of_format

AT_ONCE = (1, 2, 4)  # paintings


@dataclass(frozen=True)
class Row:
    """A measurement: `seconds`, the peak memory, and a note, such as why there is none."""

    what: str
    seconds: float | None = None
    memory_mb: float | None = None
    note: str = ""


def main() -> int:
    """Prints the table; 1 where a test failed."""
    args = _arguments()
    status = 0 if args.no_tests else _gpu_tests()
    device, rows = torch.device(args.device), list[Row]()
    ends = time.monotonic() + 60 * args.minutes
    for what, measure in _measurements(args):
        row = _measured(what, measure, device) if time.monotonic() < ends else None
        rows.append(row or Row(what, note=f"left out after {args.minutes:g} minutes"))
        print(_line(rows[-1]), file=sys.stderr, flush=True)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    report = {"device": name, "versions": versions(), "rows": [asdict(row) for row in rows]}
    with replacing(args.output) as partial:
        partial.write_text(json.dumps(report, indent=2) + "\n")
    print("| what | seconds | memory, MB | note |\n|---|---|---|---|", *map(_line, rows), sep="\n")
    return status


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("-o", "--output", type=Path, default=Path("gpu.json"))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--backbone", default=StylizeConfig.backbone)
    parser.add_argument("--sizes", type=int, nargs="+", default=[512, 1024, 2048, 4096])
    parser.add_argument("--steps", type=int, default=StylizeConfig.steps, help="at each size")
    parser.add_argument("--pass-size", type=int, default=1024, help="of a single step, in pixels")
    parser.add_argument("--rounds", type=int, default=20, help="steps that are timed")
    parser.add_argument("--compiler", default="inductor", help="backend of torch.compile")
    parser.add_argument("--minutes", type=float, default=8.0, help="after which no more begins")
    parser.add_argument("--no-tests", action="store_true", help="only measure")
    return parser.parse_args()


def _gpu_tests() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests/style"]
    return subprocess.run(command, check=False).returncode


def _measurements(args: argparse.Namespace) -> Iterator[tuple[str, Callable[[], float]]]:
    """Names, and functions that return seconds or raise StyleError or RuntimeError."""
    network = _network(args.backbone)
    for one in FORMATS:
        for kind in ("bare pass", "step"):
            if kind == "step" and not one.has_step:
                continue
            yield (
                f"{kind}, {one.name}, {args.pass_size} px",
                lambda one=one, kind=kind: seconds_of_format(
                    one, network, kind=kind, size=args.pass_size, rounds=args.rounds,
                    device=torch.device(args.device), compiler=args.compiler,
                ),
            )  # fmt: skip
    for size in args.sizes:
        config = StylizeConfig(args.backbone, size, args.steps, device=args.device)
        yield f"painting, {size} px", lambda config=config: _painting(config, network)
    dreaming = DreamConfig(args.backbone, size=args.sizes[0], device=args.device)
    yield f"dream, {args.sizes[0]} px", lambda: _dream(dreaming, network)
    config = StylizeConfig(args.backbone, args.sizes[0], args.steps, device=args.device)
    for count in AT_ONCE:
        yield (
            f"{count} paintings at once, {args.sizes[0]} px, each",
            lambda count=count: _at_once(count, config, network),
        )


def _measured(what: str, measure: Callable[[], float], device: torch.device) -> Row:
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    try:
        seconds = measure()
    except (StyleError, RuntimeError) as error:  # out of memory, or not possible on this device
        return Row(what, note=" ".join(str(error).split())[:100])
    return Row(what, round(seconds, 5), peak_memory_mb(device))


def _painting(config: StylizeConfig, network: Backbone) -> float:
    started = time.perf_counter()
    stylize(noise(1, config.size), [noise(2, config.size)], config, backbone=network)
    return time.perf_counter() - started


def _dream(config: DreamConfig, network: Backbone) -> float:
    started = time.perf_counter()
    dream(noise(1, config.size), config, backbone=network)
    return time.perf_counter() - started


def _at_once(count: int, config: StylizeConfig, network: Backbone) -> float:
    """Seconds for each of several paintings in threads, each on a stream of its own."""

    def paint(_number: int) -> None:
        if config.device.startswith("cuda"):
            with torch.cuda.stream(torch.cuda.Stream(config.device)):
                _painting(config, network)
        else:
            _painting(config, network)

    started = time.perf_counter()
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(paint, range(count)))
    return (time.perf_counter() - started) / count


def _network(name: str) -> Backbone:
    """The backbone with the weights of the cache, else with random ones."""
    if cached_path(facts_of(name)):
        return Backbone.load(name)
    print(f"{name}: no weights in the cache, so they are random", file=sys.stderr)
    torch.manual_seed(0)
    return Backbone(name)


def noise(seed: int, size: int) -> Image.Image:
    """A square picture."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), np.uint8)
    return Image.fromarray(pixels)


def _line(row: Row) -> str:
    values = ("" if value is None else f"{value:g}" for value in (row.seconds, row.memory_mb))
    return f"| {row.what} | {' | '.join(values)} | {row.note} |"


if __name__ == "__main__":
    sys.exit(main())
