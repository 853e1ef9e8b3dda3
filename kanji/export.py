"""The trained recognizer as one ONNX file: `python -m kanji.export CHECKPOINT -o FILE`.

The graph is written with `onnx.helper`, since torch's exporter cannot do a bidirectional LSTM.
Matrices are stored in 8 bits with a scale for each row, the rest in half precision; all is computed
in single precision.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from data.characters import characters
from data.sequence import FEATURES, PREPROCESSING_VERSION, STEPS
from kanji.labels import label_hash

Array = npt.NDArray[np.float32]


def onnx_model(
    weights: Mapping[str, Array], labels: tuple[str, ...], *, configuration: str
) -> onnx.ModelProto:
    """The network of `kanji.model` from its state dict, with the metadata that loading checks."""
    weights = _folded(weights)
    width = weights["lstm.weight_hh_l0"].shape[1]
    graph = _Graph()
    graph.node("Transpose", ["sequences"], "x0", perm=[0, 2, 1])
    for number in (1, 2):
        name = f"conv{number}"
        inputs = [f"x{number - 1}", *(graph.weight(f"{name}.{p}", weights) for p in _PARTS)]
        graph.node("Conv", inputs, f"{name}_out", strides=[2], pads=[2, 2])
        graph.node("Relu", [f"{name}_out"], f"x{number}")
    graph.node("Transpose", ["x2"], "y0", perm=[2, 0, 1])  # (steps, batch, channels)
    for layer in (0, 1):
        inputs = [f"y{layer}", *graph.lstm(layer, weights)]
        graph.node("LSTM", inputs, f"lstm{layer}", hidden_size=width, direction="bidirectional")
        graph.node("Transpose", [f"lstm{layer}"], f"swapped{layer}", perm=[0, 2, 1, 3])
        graph.constant(f"shape{layer}", np.array([0, 0, 2 * width], np.int64))
        graph.node("Reshape", [f"swapped{layer}", f"shape{layer}"], f"y{layer + 1}")
    graph.constant("time", np.array([0], np.int64))
    graph.node("ReduceMean", ["y2", "time"], "mean", keepdims=0)
    graph.node("ReduceMax", ["y2", "time"], "max", keepdims=0)
    graph.node("Concat", ["mean", "max"], "both", axis=1)
    graph.node("Mul", ["both", graph.weight("norm3.scale", weights)], "scaled")
    graph.node("Add", ["scaled", graph.weight("norm3.shift", weights)], "pooled")
    for name, source, result in (("squeeze", "pooled", "squeezed"), ("head", "relu", "logits")):
        graph.node(
            "Gemm",
            [source, *(graph.weight(f"{name}.{p}", weights) for p in _PARTS)],
            result,
            transB=1,
        )
        if name == "squeeze":
            graph.node("Relu", ["squeezed"], "relu")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "recognizer",
            [
                helper.make_tensor_value_info(
                    "sequences", TensorProto.FLOAT, ["batch", STEPS, len(FEATURES)]
                )
            ],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(labels)])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
        producer_name="hitsujun",
    )
    facts = {
        "labels": "".join(labels),
        "label_hash": label_hash(labels),
        "preprocessing": str(PREPROCESSING_VERSION),
        "configuration_hash": configuration,
    }
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model)
    return model


NORM_EPSILON = 1e-5  # torch's default
_PARTS = ("weight", "bias")


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> None:
        self.constants.append(numpy_helper.from_array(value, name))

    def half(self, name: str, value: Array) -> str:
        self.constant(f"{name}_half", np.ascontiguousarray(value, np.float16))
        self.node("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        return name

    def eighth(self, name: str, value: Array) -> str:
        """A weight in 8 bits, of which the last axis makes the rows."""
        rows = value.reshape(-1, value.shape[-1])
        scale = np.maximum(np.abs(rows).max(axis=1), 1e-8) / 127
        self.constant(f"{name}_rows", np.rint(rows / scale[:, None]).astype(np.int8))
        self.constant(f"{name}_scale", scale.astype(np.float32))
        self.node("DequantizeLinear", [f"{name}_rows", f"{name}_scale"], f"{name}_flat", axis=0)
        self.constant(f"{name}_shape", np.array(value.shape, np.int64))
        self.node("Reshape", [f"{name}_flat", f"{name}_shape"], name)
        return name

    def weight(self, name: str, weights: Mapping[str, Array]) -> str:
        """A matrix in 8 bits, or anything else in half precision."""
        value = weights[name]
        return self.eighth(name, value) if value.ndim == 2 else self.half(name, value)

    def lstm(self, layer: int, weights: Mapping[str, Array]) -> list[str]:
        """W, R and B of ONNX's LSTM: both directions stacked, gates i, o, f, c."""

        def both(part: str) -> Array:
            names = (f"lstm.{part}_l{layer}", f"lstm.{part}_l{layer}_reverse")
            return np.stack([_gates(weights[name]) for name in names])

        bias = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
        return [
            self.eighth(f"W{layer}", both("weight_ih")),
            self.eighth(f"R{layer}", both("weight_hh")),
            self.half(f"B{layer}", bias),
        ]


def _folded(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The same network with two of its batch normalisations in the convolutions before them.

    The third stays a scale and a shift: within a matrix of 8 bits it would cost accuracy.
    """
    folded = dict(weights)
    for number in (1, 2):  # a convolution, then its normalisation
        scale, shift = _affine(weights, f"norm{number}")
        folded[f"conv{number}.weight"] = weights[f"conv{number}.weight"] * scale[:, None, None]
        folded[f"conv{number}.bias"] = weights[f"conv{number}.bias"] * scale + shift
    folded["norm3.scale"], folded["norm3.shift"] = _affine(weights, "norm3")
    return folded


def _affine(weights: Mapping[str, Array], norm: str) -> tuple[Array, Array]:
    scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + NORM_EPSILON)
    return scale, weights[f"{norm}.bias"] - scale * weights[f"{norm}.running_mean"]


def _gates(stacked: Array) -> Array:
    i, f, c, o = np.split(stacked, 4)
    return np.concatenate([i, o, f, c])


def main(argv: list[str] | None = None) -> None:
    """Exports a checkpoint of `lightning fit`."""
    import torch

    parser = argparse.ArgumentParser(prog="python -m kanji.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--config", type=Path, default=Path("kanji/configs/recognizer.yaml"))
    parser.add_argument("-o", "--output", type=Path, default=Path("kanji/weights/recognizer.onnx"))
    args = parser.parse_args(argv)
    checkpoint = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    state, candidates = checkpoint["state_dict"], checkpoint["hyper_parameters"]["candidates"]
    weights = {name.removeprefix("model."): value.float().numpy() for name, value in state.items()}
    configuration = hashlib.sha256(args.config.read_bytes()).hexdigest()
    model = onnx_model(weights, characters(candidates), configuration=configuration)
    partial = args.output.with_suffix(".partial")
    partial.write_bytes(model.SerializeToString())
    os.replace(partial, args.output)
    print(f"{args.output}: {args.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
