"""How well small networks read people's ink with other features of each sample.

`python -m tests.bench.features [--steps 600] [--kanji 300] [--seeds 1 2]`

One network of the recognizer's shape for each set of features is trained on the same batches of
synthetic ink of joyo kanji, and then reads people's ink of the same kanji. The sets of features:
positions and pen lifts alone; the six of Zhang et al. (arXiv 1606.06539); the eight that are
shipped; the eight with the direction spread over eight directions (Bai and Huo, 2005); the eight
with the path's signature to the second level over a window (Graham, arXiv 1308.0371); the eight
without the redundant samples of straight runs (Zhang et al. again).
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
SIZE, WIDTH, BOTTLENECK, PEAK_RATE = 64, 64, 128, 4e-3
WINDOW = 9  # samples of a signature
TURN = np.radians(8)  # a sample is kept where the path turns by more than this
RUN = 8  # of a straight run, every eighth sample is kept

Array = npt.NDArray[np.float32]
Learn = Callable[[Array, torch.Tensor], float]  # one step on sequences and labels, to the loss


# The functions below map the eight features that are shipped, (B, STEPS, 8) float32, to others.


def positions(read: Array) -> Array:
    """x, y and pen lifts."""
    return read[..., [0, 1, 6]]


def six(read: Array) -> Array:
    """x, y, their steps, and whether the pen was down or up on the way to this sample."""
    return np.concatenate([read[..., :4], 1 - read[..., 6:7], read[..., 6:7]], axis=-1)


def shipped(read: Array) -> Array:
    """The features of `data.ink.sequence`."""
    return read


def directions(read: Array) -> Array:
    """The eight, and each direction as weights of the two of eight directions next to it."""
    turn = np.arctan2(read[..., 5], read[..., 4]) / (np.pi / 4)
    distance = np.abs((turn[..., None] - np.arange(8) + 4) % 8 - 4)
    is_drawn = np.hypot(read[..., 4], read[..., 5]) > 0.5
    weights = (1 - distance).clip(0) * is_drawn[..., None]
    return np.concatenate([read, weights.astype(np.float32)], axis=-1)


def signature(read: Array) -> Array:
    """The eight, and the first and second iterated integrals of the path around each sample."""
    x, y = read[..., 0], read[..., 1]
    x_dy, y_dx = np.zeros((2, *x.shape), np.float32)  # integrals from the start of the ink
    middle, step = (x[:, 1:] + x[:, :-1]) / 2, np.diff(y, axis=1)
    x_dy[:, 1:] = np.cumsum(middle * step, axis=1)
    middle, step = (y[:, 1:] + y[:, :-1]) / 2, np.diff(x, axis=1)
    y_dx[:, 1:] = np.cumsum(middle * step, axis=1)
    samples = np.arange(x.shape[1])
    first, last = (
        np.clip(samples + offset, 0, len(samples) - 1) for offset in (-(WINDOW // 2), WINDOW // 2)
    )
    dx, dy = x[:, last] - x[:, first], y[:, last] - y[:, first]
    xy = x_dy[:, last] - x_dy[:, first] - x[:, first] * dy
    yx = y_dx[:, last] - y_dx[:, first] - y[:, first] * dx
    return np.concatenate([read, np.stack([dx, dy, dx**2 / 2, dy**2 / 2, xy, yx], -1)], axis=-1)


def sparse(read: Array) -> Array:
    """The eight of the samples that are kept of straight runs, followed by zeros."""
    is_start = read[..., 6] > 0
    is_end = np.ones_like(is_start)
    is_end[:, :-1] = is_start[:, 1:]
    direction = read[..., 4] + 1j * read[..., 5]
    is_turn = np.zeros_like(is_start)
    is_turn[:, 1:] = np.abs(np.angle(direction[:, 1:] * direction[:, :-1].conj())) > TURN
    samples = np.arange(is_start.shape[1])
    is_kept = is_start | is_end | is_turn | (samples % RUN == 0)
    order = np.argsort(~is_kept, axis=1, kind="stable")
    moved = np.take_along_axis(read, order[..., None], axis=1)
    moved[:, 1:, 2:4] = np.diff(moved[..., :2], axis=1) * 4
    is_filled = samples < is_kept.sum(axis=1)[:, None]
    return np.asarray((moved * is_filled[..., None]).clip(-8, 8), np.float32)


SETS: dict[str, Callable[[Array], Array]] = {
    "x, y and lifts": positions,
    "six-dimensional": six,
    "the eight shipped": shipped,
    "eight and 8 directions": directions,
    "eight and signature": signature,
    "eight, redundant samples removed": sparse,
}


def main() -> None:
    """Print a row for each set of features: top-1 for each source, the mean over seeds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--steps", type=int, default=600, help="of each training")
    parser.add_argument("--kanji", type=int, default=300, help="how many kanji are read")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one training each")
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    torch.set_num_threads(1)
    written = [[ink for ink in people(source) if ink.char] for source in SOURCES]
    drawn = {ink.char for inks in written for ink in inks}
    labels = [char for char in characters("joyo") if char in drawn][: args.kanji]
    inks = [[ink for ink in of_source if ink.char in set(labels)] for of_source in written]
    print(f"{len(labels)} kanji, {' and '.join(str(len(of_source)) for of_source in inks)} inks")
    runs = [accuracies(labels, inks, steps=args.steps, seed=seed) for seed in args.seeds]
    print("| " + " | ".join(["numbers", *SOURCES]) + " |\n" + "|---" * (1 + len(SOURCES)) + "|")
    for name in SETS:
        by_seed = np.array([run[name] for run in runs])
        cells = [f"{top1.mean():.1%} (± {np.ptp(top1) / 2:.1%})" for top1 in by_seed.T]
        print("| " + " | ".join([name, *cells]) + " |")


def accuracies(
    labels: Sequence[str], inks: Sequence[Sequence[Ink]], *, steps: int, seed: int
) -> dict[str, list[float]]:
    """Top-1 for each source by set of features, after training all sets on the same batches."""
    networks = _trained(labels, steps, seed)
    inputs = [stroke_sequences(list(of_source)).features for of_source in inks]
    targets = [
        np.array([labels.index(ink.char) for ink in of_source if ink.char]) for of_source in inks
    ]
    return {
        name: [
            float((_answers(network, SETS[name](read)) == target).mean())
            for read, target in zip(inputs, targets, strict=True)
        ]
        for name, network in networks.items()
    }


def _trained(labels: Sequence[str], steps: int, seed: int) -> dict[str, InkLSTM]:
    """One network for each set of features, trained on the same synthetic ink."""
    synthesizer, generator = Synthesizer(labels, load_references()), np.random.default_rng(seed)
    model = WriterModel(sloppiness=1.9, sloppiness_spread=0.6)
    learners = {name: _learner(change, len(labels), steps, seed) for name, change in SETS.items()}
    for step in range(steps):
        drawn = generator.integers(0, len(labels), SIZE)
        read = synthesizer.draw(drawn, generator, model=model).sequences(generator).features
        losses = [learn(read, torch.from_numpy(drawn)) for _, learn in learners.values()]
        if step % 100 == 99:
            print(
                f"seed {seed}, {step + 1} steps:", *(f"{loss:.3f}" for loss in losses), flush=True
            )
    return {name: network for name, (network, _) in learners.items()}


def _learner(
    change: Callable[[Array], Array], classes: int, steps: int, seed: int
) -> tuple[InkLSTM, Learn]:
    """A network for one set of features, and the function that trains it a step."""
    torch.manual_seed(seed)
    count = change(np.zeros((1, 128, 8), np.float32)).shape[-1]
    network = InkLSTM(classes, width=WIDTH, bottleneck=BOTTLENECK)
    network.conv1 = nn.Conv1d(count, 64, 5, stride=2, padding=2)
    network.here = nn.Linear(count, network.here.out_features, bias=False)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps)

    def learn(read: Array, target: torch.Tensor) -> float:
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(torch.from_numpy(change(read))).logits, target)
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
