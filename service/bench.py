"""`hitsujun bench`: what reading, grading and painting cost on this machine.

Accuracy is measured on real handwriting, which is not in the package: run `make bench` in the
repository.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from data.ink import Ink
    from data.references.reference import Reference
    from style.backbones.backbone import Backbone

STROKES = 12  # of each character that is read and graded
INKS = 100
SIZE, STEPS = 256, 5  # of the painting, in pixels and at each scale

Row = dict[str, Any]


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "bench",
        help="measure what reading, grading and painting cost on this machine",
        description="Measures medians over characters of 12 strokes, and a step of a painting"
        " beside a bare forward and backward pass of its network. JSON on stdout, a table on"
        " stderr.",
    )
    parser.add_argument(
        "--backbone",
        default="vgg19",
        help="network that paints; painting is left out where its weights are not in the cache"
        " (default: %(default)s)",
    )
    parser.set_defaults(run=_bench)


def _bench(args: argparse.Namespace) -> int:
    rows = [*_practice(), *_painting(args.backbone)]
    for row in rows:
        print(f"{row['name']:44} {row['value']:10.3f} {row['unit']}", file=sys.stderr)
    print(json.dumps(rows, indent=1))
    return 0


def _row(name: str, value: float, unit: str) -> Row:
    return {"name": name, "value": round(value, 4), "unit": unit}


def _median_ms(call: Callable[[int], object], count: int) -> float:
    """The median CPU time of this thread in calls with 0 to `count` - 1, in milliseconds."""
    seconds = []
    for number in range(count):
        start = time.thread_time()
        call(number)
        seconds.append(time.thread_time() - start)
    return 1000 * float(np.median(seconds))


def _practice() -> list[Row]:
    from data.ink import Ink
    from data.references.store import load_references
    from kanji.grading.grade import grade
    from kanji.grading.so_far import grade_so_far
    from kanji.recognizer.recognize import Recognizer
    from kanji.recognizer.second_look import recognize
    from kanji.recognizer.stroke_order import read_strokes

    references, recognizer = load_references(), Recognizer.load()
    inks, targets = _synthetic_inks()
    calls: dict[str, Callable[[int], object]] = {
        "recognize": lambda n: recognize(recognizer, inks[n], references),
        "which stroke is which": lambda n: read_strokes(recognizer, inks[n], targets[n]),
        "grade": lambda n: grade(inks[n], targets[n]),
        "grade while writing": lambda n: grade_so_far(Ink(inks[n].strokes[:6]), targets[n]),
    }
    return [
        _row(f"{name}, {STROKES} strokes", _median_ms(call, INKS), "ms")
        for name, call in calls.items()
    ]


def _synthetic_inks() -> tuple[list[Ink], list[Reference]]:
    """INKS drawings of joyo kanji of STROKES strokes, and the references of their characters."""
    from data.characters import characters
    from data.ink import Ink, Stroke
    from data.references.store import load_references
    from data.synthetic.mistakes import Mistakes
    from data.synthetic.synthesizer import Synthesizer

    references = load_references()
    names = [name for name in characters("joyo") if len(references[name].strokes) == STROKES]
    generator = np.random.default_rng(1)
    labels = generator.integers(len(names), size=INKS)
    drawing = Synthesizer(names, references).draw(labels, generator, mistakes=Mistakes.none())
    inks = [
        Ink(tuple(Stroke(points) for points in drawing.points[drawing.plan.ink == number]))
        for number in range(INKS)
    ]
    return inks, [references[names[label]] for label in labels]


def _painting(name: str) -> list[Row]:
    """No rows where torch or the weights are missing."""
    try:
        from style.backbones.backbone import Backbone
    except ImportError:
        return []
    from style.backbones.registry import facts_of
    from style.backbones.weights.store import imported_path, weights_path

    facts = facts_of(name)
    if not (weights_path(facts).exists() or imported_path(facts).exists()):
        print(f"{name}: no weights in the cache; painting is left out", file=sys.stderr)
        return []
    network = Backbone.load(name)
    step, passes = _seconds_per_step(network), _seconds_per_pass(network)
    return [
        _row(f"a step of stylize, {name}, {SIZE} px", step, "s"),
        _row(f"bare float32 passes, {name}, {SIZE} px", passes, "s"),
        _row("a step over the bare passes", step / passes, "times"),
    ]


def _seconds_per_step(network: Backbone) -> float:
    """The median time of a step of `stylize` at SIZE pixels."""
    from PIL import Image

    from style.config.stylize import StylizeConfig
    from style.transfer.stylize import iterate

    generator = np.random.default_rng(1)
    content, style = (
        Image.fromarray(generator.integers(0, 256, (SIZE, SIZE, 3), np.uint8)) for _ in range(2)
    )
    config = StylizeConfig(network.facts.name, SIZE, STEPS, device="cpu")
    moments = [
        time.perf_counter()
        for progress in iterate(content, [style], config, backbone=network)
        if progress.size == SIZE
    ]
    return float(np.median(np.diff(moments)))


def _seconds_per_pass(network: Backbone) -> float:
    """The median time of a float32 forward and backward pass through the style layers."""
    import torch

    image = torch.rand(1, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)
    deepest = network.facts.style[-1]
    seconds = []
    for _ in range(STEPS):
        start = time.perf_counter()
        image.requires_grad_()
        features = network(image, [deepest])[deepest]
        torch.autograd.grad(features.float().sum(), image)
        image = image.detach()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))
