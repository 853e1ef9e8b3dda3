"""Can a small network tell synthetic ink from people's? `python -m tests.bench.realism [--fit]`.

Takes the inks of `../shared/ink` that are drawn in canonical strokes and order, as many of the
careful writer as of the messy ones, and as many synthetic ones of the same characters; trains a
small convolutional network on four fifths of them, by character, to tell which are real, and prints
the area under its ROC curve on the rest: 0.5 is guessing, 1 is certainty. `--fit` prints instead
what the writer model is fitted to: how people's strokes lie off the reference's.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import gaussian_filter1d
from torch import nn

from data.ink import Ink, Stroke
from data.ink.sequence import stroke_sequences
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.kinematics import Device
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.geometry import Array, resample, resample_all
from kanji.matching.match import match
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
MODELS = {
    "before: independent noise, one strength for all": WriterModel(
        sloppiness=1,
        sloppiness_spread=0,
        ink_spread=0.5,
        place=0.0175,
        stretch=0.09,
        turn=0.075,
        bow=0.0175,
        wobble=0.004,
        elastic=0.02,
        rotation=0.08,
        slant=0.1,
        aspect=0.17,
        joining=0,
        hooks=0,
        straightness=0,
        rounding=0.5,
        turn_growth=1,
        bend_growth=1,
        tilt_growth=0,
    ),
    "after: fitted writers": WriterModel(),
}
DRAWS, FOLDS, EPOCHS = 3, 5, 25
POINTS = 24
SPACING, SMOOTHING = 0.01, 0.025  # of the box


def main() -> None:
    """Prints a line for each model, or the moments of each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    args = parser.parse_args()
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    references = load_references("ja")
    groups = {source: canonical(source) for source in SOURCES}
    if args.fit:
        for source, inks in groups.items():
            print(source, len(inks), "inks")
            _print_moments([moments(ink, references[ink.char or ""]) for ink in inks])
        return
    generator = np.random.default_rng(1)
    few = min(map(len, groups.values()))
    real = [group[n] for group in groups.values() for n in generator.permutation(len(group))[:few]]
    for name, model in MODELS.items():
        areas = [auc(real, model, seed=seed) for seed in range(DRAWS)]
        told = ", ".join(f"{area:.3f}" for area in areas)
        print(f"{name}: AUC {np.mean(areas):.3f} ({told}) of {len(real)} real inks", flush=True)


def canonical(source: str) -> list[Ink]:
    """The inks of a source that are drawn in the reference's strokes and order."""
    found = []
    for ink in people(source):
        reference = load_references("ja").get(ink.char or "")
        if reference is None or len(ink.strokes) != len(reference.strokes):
            continue
        pairs = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
        expected = [((n,), (n,), False) for n in range(len(reference.strokes))]
        if [(m.drawn, m.reference, m.is_backwards) for m in pairs.matches] == expected:
            found.append(ink)
    return found


def auc(real: list[Ink], model: WriterModel, *, seed: int = 0) -> float:
    """How well real and synthetic ink of the same characters are told apart."""
    generator = np.random.default_rng((2, seed))
    labels = sorted({ink.char or "" for ink in real})
    synthesizer = Synthesizer(labels, load_references("ja"))
    places = np.array([labels.index(ink.char or "") for ink in real])
    # The real ink was chosen for its strokes, none of which are joined.
    model = replace(model, joining=0)
    drawing = synthesizer.draw(places, generator, model=model, mistakes=Mistakes.none())
    made = list(drawing.inks(labels, generator, device=Device(120, 0.2)))
    inputs = torch.from_numpy(stroke_sequences([smoothed(ink) for ink in [*real, *made]]).features)
    truth = torch.cat([torch.ones(len(real)), torch.zeros(len(made))])
    fold = np.concatenate([places, places]) * 7919 % len(labels) % FOLDS
    scores = np.zeros(len(truth))
    for number in range(FOLDS):
        held = torch.from_numpy(fold == number)
        scores[held.numpy()] = _scores(inputs[~held], truth[~held], inputs[held])
    ranks = scores.argsort().argsort() + 1
    positives = len(real)
    area = ranks[:positives].sum() - positives * (positives + 1) / 2
    return float(area / positives / len(made))


def smoothed(ink: Ink) -> Ink:
    """The ink without what its device adds: the grid of pixels, and how dense its points are.

    One source has a point for every pixel, in steps of 45 degrees, another one for every 3 % of
    the box: a network tells either at a glance, whoever wrote it.
    """
    extent = float(np.ptp(np.concatenate([s.points for s in ink.strokes]), axis=0).max()) or 1.0
    strokes = []
    for stroke in ink.strokes:
        length = np.hypot(*np.diff(stroke.points, axis=0).T).sum()
        dense = resample(stroke.points, max(4, round(length / extent / SPACING)))
        soft = gaussian_filter1d(dense, SMOOTHING / SPACING, axis=0, mode="nearest")
        strokes.append(Stroke(soft.astype(np.float32)))
    return Ink(tuple(strokes), ink.char)


def _scores(
    inputs: torch.Tensor, truth: torch.Tensor, held: torch.Tensor
) -> npt.NDArray[np.float64]:
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv1d(inputs.shape[2], 32, 7, padding=3),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Conv1d(32, 48, 7, stride=2, padding=3),
        nn.BatchNorm1d(48),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(48, 1),
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.05)
    for _ in range(EPOCHS):
        network.train()
        for batch in torch.randperm(len(inputs)).split(64):
            logits = network(inputs[batch].transpose(1, 2))[:, 0]
            loss = nn.functional.binary_cross_entropy_with_logits(logits, truth[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    network.eval()
    with torch.no_grad():
        return np.asarray(network(held.transpose(1, 2))[:, 0].numpy(), np.float64)


def moments(ink: Ink, reference: Reference) -> dict[str, float]:
    """How an ink lies off its reference after the best affine map: root mean squares of strokes."""
    drawn = resample_all([s.points for s in ink.strokes], POINTS)
    wanted = resample_all([s.points for s in reference.strokes], POINTS)
    length = np.linalg.norm(np.diff(wanted, axis=1), axis=2).sum(axis=1)
    weight = np.repeat(length / length.sum() / POINTS, POINTS)[:, None]
    a, b = (_centred(points.reshape(-1, 2), weight) for points in (drawn, wanted))
    change = np.linalg.lstsq(b * np.sqrt(weight), a * np.sqrt(weight), rcond=None)[0].T
    turned, stretched = np.linalg.qr(change)
    sign = np.sign(np.diag(stretched))
    turned, stretched = turned * sign, (stretched.T * sign).T
    back = (a @ np.linalg.pinv(change).T).reshape(drawn.shape)
    ours, theirs = (
        _plane(points - points.mean(axis=1, keepdims=True))
        for points in (back, b.reshape(wanted.shape))
    )
    ratio = (ours * theirs.conj()).sum(axis=1) / np.maximum((abs(theirs) ** 2).sum(axis=1), 1e-9)
    rest = np.abs(ours - ratio[:, None] * theirs) / np.maximum(length, 0.05)[:, None]
    shift = back.mean(axis=1) - b.reshape(wanted.shape).mean(axis=1)
    long = length > 0.15
    return {
        "rotation": float(np.arctan2(turned[1, 0], turned[0, 0])),
        "slant": float(stretched[0, 1] / max(stretched[1, 1], 1e-6)),
        "aspect": float(np.log(max(stretched[0, 0], 1e-6) / max(stretched[1, 1], 1e-6))),
        "place": float(np.sqrt((shift**2).mean())),
        "stretch": _rms(np.log(np.maximum(np.abs(ratio), 1e-3))[long]),
        "turn": _rms(np.angle(ratio)[long]),
        "bend": _rms(rest[long]),
    }


def _print_moments(found: list[dict[str, float]]) -> None:
    for name in found[0]:
        values = np.array([one[name] for one in found])
        print(f"  {name:9} median {np.nanmedian(values):+.4f}, spread {np.nanstd(values):.4f}")


def _centred(points: Array, weight: Array) -> Array:
    return np.asarray(points - (points * weight).sum(axis=0))


def _plane(points: Array) -> npt.NDArray[np.complex128]:
    return np.asarray(points[..., 0] + 1j * points[..., 1])


def _rms(values: Array) -> float:
    return float(np.sqrt((values**2).mean())) if len(values) else float("nan")


if __name__ == "__main__":
    main()
