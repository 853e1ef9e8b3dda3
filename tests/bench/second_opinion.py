"""What a reader of pictures, which sees no order, would add to the recognizer on people's ink.

`python -m tests.bench.second_opinion runs/image/last.ckpt [--every 3]`

The checkpoint is of `lightning fit --config kanji/configs/image.yaml`. Ink is drawn as pictures of
the size that it was trained on; candidates are joyo. Both are asked by the weighted mean of the
logarithms of their probabilities, the best of a few weights that each source and mistake could
choose afterwards: an upper bound for a fixed one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import log_softmax

from data.characters import characters
from data.ink import Ink
from data.ink.sequence import stroke_sequences
from data.pictures.rendering import rendered
from kanji.matching.geometry import resample_all
from kanji.recognizer.recognize import Recognizer
from kanji.training.glyph_cnn_module import GlyphModule
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
WEIGHTS = (0.1, 0.2, 0.35, 0.5)  # of the reader of pictures
POINTS = 32
BATCH = 128

Array = npt.NDArray[np.floating]


def main() -> None:
    """Prints a line for each source and mistake: top-1 of either and of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    pictures = GlyphModule.load_from_checkpoint(args.checkpoint, map_location="cpu").eval()
    recognizer, joyo = Recognizer.load(), characters("joyo")
    known = np.array([recognizer.labels.index(character) for character in joyo])
    for source in SOURCES:
        inks = [ink for ink in people(source) if ink.char in set(joyo)][:: args.every]
        for name, change in INJECTIONS.items():
            generator = np.random.default_rng(1)
            drawn = [ink for ink in (change(one, generator) for one in inks) if ink is not None]
            wanted = np.array([joyo.index(ink.char or "") for ink in drawn])
            strokes = log_softmax(_by_strokes(recognizer, drawn)[:, known], axis=1)
            picture = log_softmax(_by_picture(pictures, drawn)[:, known], axis=1)
            both = [_top1((1 - w) * strokes + w * picture, wanted) for w in WEIGHTS]
            print(
                f"{source:18} {name:20} {len(drawn):5} inks, strokes {_top1(strokes, wanted):.2%},"
                f" picture {_top1(picture, wanted):.2%}, both {max(both):.2%}"
                f" (weight {WEIGHTS[int(np.argmax(both))]})",
                flush=True,
            )


def _top1(scores: Array, wanted: npt.NDArray[np.int64]) -> float:
    return float((scores.argmax(axis=1) == wanted).mean())


def _by_strokes(recognizer: Recognizer, inks: list[Ink]) -> Array:
    parts = [inks[k : k + BATCH] for k in range(0, len(inks), BATCH)]
    return np.concatenate([recognizer.run(stroke_sequences(part)).logits for part in parts])


@torch.no_grad()
def _by_picture(module: GlyphModule, inks: list[Ink]) -> Array:
    generator = np.random.default_rng(1)
    found = []
    for k in range(0, len(inks), BATCH):
        part = inks[k : k + BATCH]
        lines = [resample_all([s.points for s in ink.strokes], POINTS) for ink in part]
        owner = np.repeat(np.arange(len(part)), [len(line) for line in lines])
        points = np.concatenate(lines).astype(np.float32)
        images = rendered(points, owner, len(part), generator)
        found.append(module.model(torch.from_numpy(images[:, None])).numpy())
    return np.concatenate(found)


if __name__ == "__main__":
    main()
