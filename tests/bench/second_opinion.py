"""What a CNN on pictures, which sees no stroke order, would add to the recognizer.

`python -m tests.bench.second_opinion runs/image/last.ckpt [--every 3]`

The checkpoint is of `lightning fit --config kanji/configs/image.yaml`. People's ink is drawn as
pictures of the size that the CNN was trained on; the candidates are joyo. The two are combined by
the weighted mean of their log-probabilities. For each source and mistake the best of a few weights
is chosen afterwards, which is an upper bound for a fixed weight.
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
from tests.bench.mistake_sets import SOURCES, add_every, has_people, inks_by_source, mistake_sets

WEIGHTS = (0.1, 0.2, 0.35, 0.5)  # of the CNN
POINTS = 32  # of each stroke in a picture
BATCH = 128

Array = npt.NDArray[np.floating]


def main() -> None:
    """Prints a line for each source and mistake: top-1 of the LSTM, of the CNN and of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    add_every(parser)
    args = parser.parse_args()
    if not has_people():
        return
    cnn = GlyphModule.load_from_checkpoint(args.checkpoint, map_location="cpu").eval()
    recognizer, joyo = Recognizer.load(), characters("joyo")
    columns = np.array([recognizer.labels.index(character) for character in joyo])
    for source, mistake, inks in mistake_sets(inks_by_source(SOURCES, joyo, every=args.every)):
        labels = np.array([joyo.index(ink.char or "") for ink in inks])
        strokes = log_softmax(_by_strokes(recognizer, inks)[:, columns], axis=1)
        picture = log_softmax(_by_picture(cnn, inks)[:, columns], axis=1)
        both = [_top1((1 - w) * strokes + w * picture, labels) for w in WEIGHTS]
        print(
            f"{source:18} {mistake:20} {len(inks):5} inks, strokes {_top1(strokes, labels):.2%},"
            f" picture {_top1(picture, labels):.2%}, both {max(both):.2%}"
            f" (weight {WEIGHTS[int(np.argmax(both))]})",
            flush=True,
        )


def _top1(scores: Array, labels: npt.NDArray[np.int64]) -> float:
    return float((scores.argmax(axis=1) == labels).mean())


def _by_strokes(recognizer: Recognizer, inks: list[Ink]) -> Array:
    """The logits of the LSTM."""
    parts = [inks[k : k + BATCH] for k in range(0, len(inks), BATCH)]
    return np.concatenate([recognizer.run(stroke_sequences(part)).logits for part in parts])


@torch.no_grad()
def _by_picture(module: GlyphModule, inks: list[Ink]) -> Array:
    """The logits of the CNN."""
    generator = np.random.default_rng(1)
    logits = []
    for k in range(0, len(inks), BATCH):
        part = inks[k : k + BATCH]
        lines = [resample_all([s.points for s in ink.strokes], POINTS) for ink in part]
        owner = np.repeat(np.arange(len(part)), [len(line) for line in lines])
        points = np.concatenate(lines).astype(np.float32)
        images = rendered(points, owner, len(part), generator)
        logits.append(module.model(torch.from_numpy(images[:, None])).numpy())
    return np.concatenate(logits)


if __name__ == "__main__":
    main()
