"""The weights that a training starts from: of a checkpoint, or of an exported ONNX file.

A network with other characters takes over the rows of those that both know; one whose head has a
lower rank takes over the best approximation (by SVD) of the other's head.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from kanji.errors import RecognizerMissing
from kanji.training.exported_weights import ExportedWeights
from kanji.training.ink_lstm import InkLSTM
from kanji.training.trained_recognizer import TrainedRecognizer

NEW_ROW = 0.02  # standard deviation of the weights of a character that the other did not know
NORMS = ("norm1", "norm2", "norm3")
SEED = 1  # of the new rows, and of the characters that the norms are measured on
MEASURED = 1024  # characters that the norms are measured on

Array = npt.NDArray[np.float32]
Tensors = dict[str, torch.Tensor]


def start_from(network: InkLSTM, labels: tuple[str, ...], path: Path) -> None:
    """Sets the weights of `network`, whose classes are `labels`, to those of a file.

    Raises RecognizerMissing where there is no such file, or where it is of a network of other
    widths.
    """
    if not path.is_file():
        raise RecognizerMissing(
            f"there is no checkpoint {path} to start from: run the training that makes it"
        )
    is_exported = path.suffix == ".onnx"
    weights, known = _of_onnx(path) if is_exported else _of_checkpoint(path)
    if known != labels:
        _move_rows(weights, known, labels)
    _lower_rank(weights, network)
    expected = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    wrong = [name for name, value in weights.items() if expected.get(name) != tuple(value.shape)]
    if wrong or not weights.keys() >= {n for n in expected if not n.startswith(NORMS)}:
        raise RecognizerMissing(
            f"{path} is of another network than the one to train: {', '.join(wrong[:3])} differ;"
            " give it the width and bottleneck, and the characters, of the file"
        )
    network.load_state_dict(weights, strict=False)
    if is_exported:
        _measure_norms(network, labels)


def _of_checkpoint(path: Path) -> tuple[Tensors, tuple[str, ...]]:
    trained = TrainedRecognizer.mean([path])
    return {n: torch.from_numpy(value) for n, value in trained.weights.items()}, trained.labels


def _of_onnx(path: Path) -> tuple[Tensors, tuple[str, ...]]:
    stored = ExportedWeights.read(path)
    return {n: torch.from_numpy(value) for n, value in stored.weights.items()}, stored.labels


def _move_rows(weights: Tensors, known: tuple[str, ...], labels: tuple[str, ...]) -> None:
    """Gives the head a row for each of `labels`, in place: the old one, or a small random one."""
    generator = torch.Generator().manual_seed(SEED)
    old, bias = weights["head.weight"], weights["head.bias"]
    matrix = NEW_ROW * torch.randn(len(labels), old.shape[1], generator=generator)
    shift = torch.full((len(labels),), float(bias.min()))
    at = {label: row for row, label in enumerate(known)}
    pairs = [(row, at[label]) for row, label in enumerate(labels) if label in at]
    new_rows, old_rows = (
        torch.tensor(rows, dtype=torch.int64) for rows in zip(*pairs, strict=True)
    )
    matrix[new_rows], shift[new_rows] = old[old_rows], bias[old_rows]
    weights["head.weight"], weights["head.bias"] = matrix, shift


def _lower_rank(weights: Tensors, network: InkLSTM) -> None:
    """Splits the head into two matrices where the network's is of low rank, in place."""
    rank = network.head.in_features
    if "narrow.weight" in weights or rank == weights["head.weight"].shape[1]:
        return
    left, sizes, right = torch.linalg.svd(weights["head.weight"], full_matrices=False)
    scale = sizes[:rank].sqrt()
    weights["head.weight"] = left[:, :rank] * scale
    weights["narrow.weight"] = scale[:, None] * right[:rank]


def _measure_norms(network: InkLSTM, labels: tuple[str, ...]) -> None:
    """Sets the batch normalisations so that they change nothing on average.

    An exported file has them folded into other layers, where they cannot be told any more. Each is
    set to the mean and deviation of its input on references, and to undo them again.
    """
    from data.references.store import load_references
    from data.training.ink_batches import drawn_references

    references = load_references()
    generator = np.random.default_rng(SEED)
    drawn = [c for c in labels if c in references]
    chosen = generator.permutation(np.array(drawn))[:MEASURED].tolist()
    sequences = torch.from_numpy(drawn_references(chosen, references).features)
    hooks, was_training = [], network.training
    for name in NORMS:
        norm = getattr(network, name)
        scale, shift = norm.weight.detach().clone(), norm.bias.detach().clone()
        folded = (scale, shift) if name == "norm3" else (torch.ones_like(scale), 0 * shift)
        hooks.append(norm.register_forward_pre_hook(_Undoing(*folded)))
    network.eval()
    with torch.no_grad():
        network(sequences)
    network.train(was_training)
    for hook in hooks:
        hook.remove()


class _Undoing:
    """Before a batch normalisation: makes it compute scale * input + shift for this input."""

    def __init__(self, scale: torch.Tensor, shift: torch.Tensor) -> None:
        self.scale, self.shift = scale, shift

    def __call__(self, norm: torch.nn.Module, inputs: tuple[torch.Tensor]) -> None:
        assert isinstance(norm, torch.nn.BatchNorm1d) and norm.running_mean is not None
        assert norm.running_var is not None
        values = inputs[0].transpose(1, -1).flatten(0, -2) if inputs[0].ndim > 2 else inputs[0]
        norm.running_mean.copy_(values.mean(dim=0))
        norm.running_var.copy_(values.var(dim=0))
        deviation = (norm.running_var + norm.eps).sqrt()
        norm.weight.copy_(self.scale * deviation)
        norm.bias.copy_(self.scale * norm.running_mean + self.shift)
