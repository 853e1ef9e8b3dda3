"""What the numbers that the recognizer reads of each sample give: `python -m tests.bench.features`.

`[--steps 600] [--kanji 300] [--seeds 1 2]`. Small networks of the recognizer's shape, one for each
set of numbers, are trained on the same batches of synthetic ink to read joyo kanji that people
wrote, and read people's ink. The sets: positions and lifts alone; the six of Zhang et al. (arXiv
1606.06539); the eight that are shipped; those with the direction spread over eight (Bai and Huo,
2005), or with the path's signature to its second level over a window (Graham, arXiv 1308.0371), or
of the samples that are left where straight runs lose theirs (Zhang et al. again).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from data.characters import characters
from data.ink import Ink
from data.ink.sequence import stroke_sequences
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.training.ink_lstm import InkLSTM
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
SIZE, WIDTH, BOTTLENECK, PEAK = 64, 64, 128, 4e-3
WINDOW = 9  # samples of a signature
TURN = np.radians(8)  # between samples that are kept of a straight run's inside
RUN = 8  # of those every so many stay

Array = npt.NDArray[np.float32]


def positions(read: Array) -> Array:
    """x, y and lifts."""
    return read[..., [0, 1, 6]]


def six(read: Array) -> Array:
    """x, y, their steps, and whether the pen came here down or up."""
    return np.concatenate([read[..., :4], 1 - read[..., 6:7], read[..., 6:7]], axis=-1)


def shipped(read: Array) -> Array:
    """As `data.ink.sequence` has them."""
    return read


def directions(read: Array) -> Array:
    """With each direction as shares of the two of eight that it lies between."""
    turn = np.arctan2(read[..., 5], read[..., 4]) / (np.pi / 4)
    apart = np.abs((turn[..., None] - np.arange(8) + 4) % 8 - 4)
    is_drawn = np.hypot(read[..., 4], read[..., 5]) > 0.5
    shares = (1 - apart).clip(0) * is_drawn[..., None]
    return np.concatenate([read, shares.astype(np.float32)], axis=-1)


def signature(read: Array) -> Array:
    """With the first and second iterated integrals of the path over a window around a sample."""
    x, y = read[..., 0], read[..., 1]
    before, after = np.zeros((2, *x.shape), np.float32)
    middle, step = (x[:, 1:] + x[:, :-1]) / 2, np.diff(y, axis=1)
    before[:, 1:] = np.cumsum(middle * step, axis=1)  # the integral of x dy so far
    middle, step = (y[:, 1:] + y[:, :-1]) / 2, np.diff(x, axis=1)
    after[:, 1:] = np.cumsum(middle * step, axis=1)  # and of y dx
    here = np.arange(x.shape[1])
    first, last = (np.clip(here + by, 0, len(here) - 1) for by in (-(WINDOW // 2), WINDOW // 2))
    dx, dy = x[:, last] - x[:, first], y[:, last] - y[:, first]
    xy = before[:, last] - before[:, first] - x[:, first] * dy
    yx = after[:, last] - after[:, first] - y[:, first] * dx
    return np.concatenate([read, np.stack([dx, dy, dx**2 / 2, dy**2 / 2, xy, yx], -1)], axis=-1)


def sparse(read: Array) -> Array:
    """Of the samples that a straight run does without: the others, with zeros after them."""
    new = read[..., 6] > 0
    ends = np.ones_like(new)
    ends[:, :-1] = new[:, 1:]
    direction = read[..., 4] + 1j * read[..., 5]
    bent = np.zeros_like(new)
    bent[:, 1:] = np.abs(np.angle(direction[:, 1:] * direction[:, :-1].conj())) > TURN
    kept = new | ends | bent | (np.arange(new.shape[1]) % RUN == 0)
    order = np.argsort(~kept, axis=1, kind="stable")
    found = np.take_along_axis(read, order[..., None], axis=1)
    found[:, 1:, 2:4] = np.diff(found[..., :2], axis=1) * 4
    is_there = np.arange(new.shape[1]) < kept.sum(axis=1)[:, None]
    return np.asarray((found * is_there[..., None]).clip(-8, 8), np.float32)


SETS: dict[str, Callable[[Array], Array]] = {
    "x, y and lifts": positions,
    "six-dimensional": six,
    "the eight shipped": shipped,
    "eight and 8 directions": directions,
    "eight and signature": signature,
    "eight, redundant samples removed": sparse,
}


def main() -> None:
    """Prints a row for each set: top-1 of each source, the mean over seeds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--kanji", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    torch.set_num_threads(1)
    written = [[ink for ink in people(source) if ink.char] for source in SOURCES]
    there = {ink.char for inks in written for ink in inks}
    labels = [char for char in characters("joyo") if char in there][: args.kanji]
    known = set(labels)
    inks = [[ink for ink in every if ink.char in known] for every in written]
    print(f"{len(labels)} kanji, {' and '.join(str(len(every)) for every in inks)} inks")
    rows = [trained(labels, inks, steps=args.steps, seed=seed) for seed in args.seeds]
    print("| " + " | ".join(["numbers", *SOURCES]) + " |\n" + "|---" * (1 + len(SOURCES)) + "|")
    for name in SETS:
        each = np.array([row[name] for row in rows])
        cells = [f"{one.mean():.1%} (± {np.ptp(one) / 2:.1%})" for one in each.T]
        print("| " + " | ".join([name, *cells]) + " |")


def trained(
    labels: Sequence[str], inks: Sequence[Sequence[Ink]], *, steps: int, seed: int
) -> dict[str, list[float]]:
    """Top-1 of each source by set, after a training of all sets on the same batches."""
    synthesizer, generator = Synthesizer(labels, load_references()), np.random.default_rng(seed)
    learners = {name: _learner(change, len(labels), steps, seed) for name, change in SETS.items()}
    for step in range(steps):
        wanted = generator.integers(0, len(labels), SIZE)
        model = WriterModel(sloppiness=1.9, sloppiness_spread=0.6)
        read = synthesizer.draw(wanted, generator, model=model).sequences(generator).features
        losses = [learn(read, torch.from_numpy(wanted)) for _, learn in learners.values()]
        if step % 100 == 99:
            print(
                f"seed {seed}, {step + 1} steps:", *(f"{loss:.3f}" for loss in losses), flush=True
            )
    real = [stroke_sequences(list(every)).features for every in inks]
    right = [np.array([labels.index(ink.char) for ink in every if ink.char]) for every in inks]
    return {
        name: [
            float((_answers(network, SETS[name](read)) == wanted).mean())
            for read, wanted in zip(real, right, strict=True)
        ]
        for name, (network, _) in learners.items()
    }


def _learner(
    change: Callable[[Array], Array], classes: int, steps: int, seed: int
) -> tuple[InkLSTM, Callable[[Array, torch.Tensor], float]]:
    torch.manual_seed(seed)
    count = change(np.zeros((1, 128, 8), np.float32)).shape[-1]
    network = InkLSTM(classes, width=WIDTH, bottleneck=BOTTLENECK)
    network.conv1 = nn.Conv1d(count, 64, 5, stride=2, padding=2)
    network.here = nn.Linear(count, network.here.out_features, bias=False)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, total_steps=steps)

    def learn(read: Array, wanted: torch.Tensor) -> float:
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(torch.from_numpy(change(read))).logits, wanted)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        rate.step()
        return float(loss.detach())

    return network, learn


@torch.no_grad()
def _answers(network: InkLSTM, read: Array) -> npt.NDArray[np.int64]:
    network.eval()
    parts = torch.split(torch.from_numpy(read), 256)
    return torch.cat([network(part).logits.argmax(dim=1) for part in parts]).numpy()


if __name__ == "__main__":
    main()
