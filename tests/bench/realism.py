"""How well a small network distinguishes synthetic ink from people's.

`python -m tests.bench.realism [--fit]`

The real inks are those of `../shared/ink` with the canonical strokes in canonical order, as many of
the careful writer as of the messy ones; there are as many synthetic inks of the same characters. A
small convolutional network is trained on four fifths of them, divided by character. Printed is the
area under its ROC curve on the rest: 0.5 is guessing, 1 is certainty. `--fit` prints instead what
the writer model is fitted to: how people's strokes differ from the reference's.
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
SPACING, SMOOTHING = 0.01, 0.025  # as fractions of the box


def main() -> None:
    """Print a line for each model, or the moments of each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="print the moments of people's ink")
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
    count = min(map(len, groups.values()))
    real = [
        group[n] for group in groups.values() for n in generator.permutation(len(group))[:count]
    ]
    for name, model in MODELS.items():
        areas = [auc(real, model, seed=seed) for seed in range(DRAWS)]
        each = ", ".join(f"{area:.3f}" for area in areas)
        print(f"{name}: AUC {np.mean(areas):.3f} ({each}) of {len(real)} real inks", flush=True)


def canonical(source: str) -> list[Ink]:
    """The inks of a source that have the reference's strokes in its order."""
    inks = []
    for ink in people(source):
        reference = load_references("ja").get(ink.char or "")
        if reference is None or len(ink.strokes) != len(reference.strokes):
            continue
        pairs = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
        expected = [((n,), (n,), False) for n in range(len(reference.strokes))]
        if [(m.drawn, m.reference, m.is_backwards) for m in pairs.matches] == expected:
            inks.append(ink)
    return inks


def auc(real: list[Ink], model: WriterModel, *, seed: int = 0) -> float:
    """The area under the ROC curve for real against synthetic ink of the same characters."""
    generator = np.random.default_rng((2, seed))
    labels = sorted({ink.char or "" for ink in real})
    synthesizer = Synthesizer(labels, load_references("ja"))
    places = np.array([labels.index(ink.char or "") for ink in real])
    # The real inks were chosen for their strokes, so none of these are joined.
    model = replace(model, joining=0)
    drawing = synthesizer.draw(places, generator, model=model, mistakes=Mistakes.none())
    synthetic = list(drawing.inks(labels, generator, device=Device(120, 0.2)))
    inputs = torch.from_numpy(
        stroke_sequences([smoothed(ink) for ink in [*real, *synthetic]]).features
    )
    truth = torch.cat([torch.ones(len(real)), torch.zeros(len(synthetic))])
    fold = np.concatenate([places, places]) * 7919 % len(labels) % FOLDS
    scores = np.zeros(len(truth))
    for number in range(FOLDS):
        is_tested = torch.from_numpy(fold == number)
        scores[is_tested.numpy()] = _scores(
            inputs[~is_tested], truth[~is_tested], inputs[is_tested]
        )
    ranks = scores.argsort().argsort() + 1
    positives = len(real)
    area = ranks[:positives].sum() - positives * (positives + 1) / 2
    return float(area / positives / len(synthetic))


def smoothed(ink: Ink) -> Ink:
    """The ink without traces of its device: the grid of pixels and the distance of its points.

    One source has a point for every pixel, in steps of 45 degrees; another has one for every 3 % of
    the box. A network would recognize either at once, whoever wrote the ink.
    """
    extent = float(np.ptp(np.concatenate([s.points for s in ink.strokes]), axis=0).max()) or 1.0
    strokes = []
    for stroke in ink.strokes:
        length = np.hypot(*np.diff(stroke.points, axis=0).T).sum()
        dense = resample(stroke.points, max(4, round(length / extent / SPACING)))
        smooth = gaussian_filter1d(dense, SMOOTHING / SPACING, axis=0, mode="nearest")
        strokes.append(Stroke(smooth.astype(np.float32)))
    return Ink(tuple(strokes), ink.char)


def _scores(
    inputs: torch.Tensor, truth: torch.Tensor, tested: torch.Tensor
) -> npt.NDArray[np.float64]:
    """How real the `tested` inks look to a network trained on the others; larger = more real."""
    torch.manual_seed(1)
    network = _network(inputs.shape[2])
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
        return np.asarray(network(tested.transpose(1, 2))[:, 0].numpy(), np.float64)


def _network(features: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(features, 32, 7, padding=3),
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


def moments(ink: Ink, reference: Reference) -> dict[str, float]:
    """How an ink differs from its reference.

    `rotation`, `slant` and `aspect` are those of the best affine map; the others are root mean
    squares over strokes of what remains after it.
    """
    drawn = resample_all([s.points for s in ink.strokes], POINTS)
    canonical = resample_all([s.points for s in reference.strokes], POINTS)
    length = np.linalg.norm(np.diff(canonical, axis=1), axis=2).sum(axis=1)
    weight = np.repeat(length / length.sum() / POINTS, POINTS)[:, None]
    a, b = (_centred(points.reshape(-1, 2), weight) for points in (drawn, canonical))
    affine = np.linalg.lstsq(b * np.sqrt(weight), a * np.sqrt(weight), rcond=None)[0].T
    unmapped = (a @ np.linalg.pinv(affine).T).reshape(drawn.shape)
    strokes = _stroke_moments(unmapped, b.reshape(canonical.shape), length)
    return _affine_moments(affine) | strokes


def _affine_moments(affine: Array) -> dict[str, float]:
    """The rotation, slant and aspect of a map (2, 2)."""
    rotation, stretch = np.linalg.qr(affine)
    sign = np.sign(np.diag(stretch))
    rotation, stretch = rotation * sign, (stretch.T * sign).T
    return {
        "rotation": float(np.arctan2(rotation[1, 0], rotation[0, 0])),
        "slant": float(stretch[0, 1] / max(stretch[1, 1], 1e-6)),
        "aspect": float(np.log(max(stretch[0, 0], 1e-6) / max(stretch[1, 1], 1e-6))),
    }


def _stroke_moments(drawn: Array, canonical: Array, length: Array) -> dict[str, float]:
    """Root mean squares over strokes (S, POINTS, 2) of canonical `length` (S,)."""
    ours, theirs = (
        _plane(points - points.mean(axis=1, keepdims=True)) for points in (drawn, canonical)
    )
    ratio = (ours * theirs.conj()).sum(axis=1) / np.maximum((abs(theirs) ** 2).sum(axis=1), 1e-9)
    residual = np.abs(ours - ratio[:, None] * theirs) / np.maximum(length, 0.05)[:, None]
    shift = drawn.mean(axis=1) - canonical.mean(axis=1)
    is_long = length > 0.15
    return {
        "place": float(np.sqrt((shift**2).mean())),
        "stretch": _rms(np.log(np.maximum(np.abs(ratio), 1e-3))[is_long]),
        "turn": _rms(np.angle(ratio)[is_long]),
        "bend": _rms(residual[is_long]),
    }


def _print_moments(inks: list[dict[str, float]]) -> None:
    for name in inks[0]:
        values = np.array([ink[name] for ink in inks])
        print(f"  {name:9} median {np.nanmedian(values):+.4f}, spread {np.nanstd(values):.4f}")


def _centred(points: Array, weight: Array) -> Array:
    return np.asarray(points - (points * weight).sum(axis=0))


def _plane(points: Array) -> npt.NDArray[np.complex128]:
    return np.asarray(points[..., 0] + 1j * points[..., 1])


def _rms(values: Array) -> float:
    return float(np.sqrt((values**2).mean())) if len(values) else float("nan")


if __name__ == "__main__":
    main()
