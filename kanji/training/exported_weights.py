"""Reads the weights back out of a file that `kanji.training.export` wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kanji.errors import RecognizerMissing

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ExportedWeights:
    """`weights`: as `InkLSTM` names them, its batch normalisations folded in.

    `norm3.weight` and `norm3.bias` are the scale and shift that the third became. `labels`: the
    character of each logit. `configuration`: the hash of the training's configuration.
    """

    weights: dict[str, Array]
    labels: tuple[str, ...]
    configuration: str

    @classmethod
    def read(cls, path: Path) -> ExportedWeights:
        """Reads an ONNX file of the export, of this version or of one before.

        Raises RecognizerMissing where it is none.
        """
        try:
            return cls._read(path)
        except OSError:
            raise
        except Exception as error:  # what protobuf raises for any other file
            raise RecognizerMissing(
                f"{path} is no recognizer; give one that `python -m kanji.training.export` wrote"
            ) from error

    @classmethod
    def _read(cls, path: Path) -> ExportedWeights:
        import onnx

        model = onnx.load(path)
        stored = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
        metadata = {one.key: one.value for one in model.metadata_props}
        weights: dict[str, Array] = {}
        for name, value in stored.items():
            stem, _, kind = name.rpartition("_")
            if kind == "half":
                weights[stem] = value.astype(np.float32)
            elif kind == "rows":
                rows = value.astype(np.float32) * stored[f"{stem}_scale"][:, None]
                weights[stem] = rows.reshape(stored[f"{stem}_shape"])
            elif kind == "columns":
                scaled = value.astype(np.float32) * stored[f"{stem}_scale"][..., None, :]
                weights[stem] = np.ascontiguousarray(scaled.swapaxes(-1, -2))
        for layer in (0, 1):
            _split_lstm(weights, layer)
        for part, name in (("scale", "weight"), ("shift", "bias")):
            weights[f"norm3.{name}"] = weights.pop(f"norm3.{part}")
        configuration = metadata.get("configuration_hash", "")
        return cls(weights, tuple(metadata["labels"]), configuration)


def _split_lstm(weights: dict[str, Array], layer: int) -> None:
    """Replaces ONNX's W, R and B of both directions by torch's weights, in place."""
    biases = np.split(weights.pop(f"B{layer}"), 2, axis=1)
    parts = {
        "weight_ih": weights.pop(f"W{layer}"),
        "weight_hh": weights.pop(f"R{layer}"),
        "bias_ih": biases[0],
        "bias_hh": biases[1],
    }
    for part, both in parts.items():
        for suffix, value in zip(("", "_reverse"), both, strict=True):
            i, o, f, c = np.split(value, 4)  # ONNX's order; torch's is i, f, c, o
            weights[f"lstm.{part}_l{layer}{suffix}"] = np.concatenate([i, f, c, o])
