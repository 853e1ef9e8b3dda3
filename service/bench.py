"""`hitsujun bench`: what the parts cost on this machine.

Accuracy is measured on real handwriting, which is not in the package: `make bench` in the
repository.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

STROKES = 12  # of the characters that are read and graded
INKS = 100
SIZE, STEPS = 256, 5  # of the painting


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "bench",
        help="what reading, grading and painting cost on this machine",
        description="Measures medians over characters of 12 strokes, and a painting's step beside"
        " the bare passes of its network. JSON on stdout, a table on stderr.",
    )
    parser.add_argument(
        "--backbone",
        default="vgg19",
        help="network that paints; left out where its weights are not in the cache"
        " (default: %(default)s)",
    )
    parser.set_defaults(run=_bench)


def _bench(args: argparse.Namespace) -> int:
    rows = [*_practice(), *_painting(args.backbone)]
    for row in rows:
        print(f"{row['name']:44} {row['value']:10.3f} {row['unit']}", file=sys.stderr)
    print(json.dumps(rows, indent=1))
    return 0


def _row(name: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "unit": unit}


def _median_ms(work: Callable[[int], object], count: int) -> float:
    """The median of the time that one thread computed."""
    spent = []
    for number in range(count):
        begun = time.thread_time()
        work(number)
        spent.append(time.thread_time() - begun)
    return 1000 * float(np.median(spent))


def _practice() -> list[dict[str, Any]]:
    from data.characters import characters
    from data.ink import Ink, Stroke
    from data.references.store import load_references
    from data.synthetic.mistakes import Mistakes
    from data.synthetic.synthesizer import Synthesizer
    from kanji.grading.grade import grade
    from kanji.grading.so_far import grade_so_far
    from kanji.recognizer.recognize import Recognizer
    from kanji.recognizer.second_look import recognize
    from kanji.recognizer.stroke_order import read_strokes

    references, recognizer = load_references(), Recognizer.load()
    every = [c for c in characters("joyo") if len(references[c].strokes) == STROKES]
    generator = np.random.default_rng(1)
    labels = generator.integers(len(every), size=INKS)
    drawing = Synthesizer(every, references).draw(labels, generator, mistakes=Mistakes.none())
    inks = [
        Ink(tuple(Stroke(points) for points in drawing.points[drawing.plan.ink == n]))
        for n in range(INKS)
    ]
    of = [references[every[label]] for label in labels]
    return [
        _row(f"{name}, {STROKES} strokes", _median_ms(work, INKS), "ms")
        for name, work in (
            ("recognize", lambda n: recognize(recognizer, inks[n], references)),
            ("which stroke is which", lambda n: read_strokes(recognizer, inks[n], of[n])),
            ("grade", lambda n: grade(inks[n], of[n])),
            ("grade while writing", lambda n: grade_so_far(Ink(inks[n].strokes[:6]), of[n])),
        )
    ]


def _painting(backbone: str) -> list[dict[str, Any]]:
    try:
        import torch
    except ImportError:
        return []
    from style.backbones.backbone import Backbone
    from style.backbones.registry import facts_of
    from style.backbones.weights.store import imported_path, weights_path

    facts = facts_of(backbone)
    if not (weights_path(facts).exists() or imported_path(facts).exists()):
        print(f"{backbone}: no weights in the cache; painting is left out", file=sys.stderr)
        return []
    from PIL import Image

    from style.config.stylize import StylizeConfig
    from style.transfer.stylize import iterate

    generator = np.random.default_rng(1)
    pictures = [
        Image.fromarray(generator.integers(0, 256, (SIZE, SIZE, 3), np.uint8)) for _ in range(2)
    ]
    network = Backbone.load(backbone)
    config = StylizeConfig(backbone, SIZE, STEPS, device="cpu")
    moments = []
    for progress in iterate(pictures[0], pictures[1:], config, backbone=network):
        if progress.size == SIZE:
            moments.append(time.perf_counter())
    step = float(np.median(np.diff(moments)))
    image = torch.rand(1, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)
    spent = []
    for _ in range(STEPS):
        begun = time.perf_counter()
        image.requires_grad_()
        deepest = facts.style[-1]
        features = network(image, [deepest])[deepest]
        torch.autograd.grad(features.float().sum(), image)
        image = image.detach()
        spent.append(time.perf_counter() - begun)
    bare = float(np.median(spent))
    return [
        _row(f"a step of stylize, {backbone}, {SIZE} px", step, "s"),
        _row(f"bare float32 passes, {backbone}, {SIZE} px", bare, "s"),
        _row("a step over the bare passes", step / bare, "times"),
    ]
