"""The trained recognizer as one ONNX file: `python -m kanji.training.export CHECKPOINT... -o FILE`.

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
from data.ink.sequence import FEATURES, PREPROCESSING_VERSION, STEPS
from kanji.recognizer.labels import label_hash
from kanji.training.calibration import Calibration, fit, folded
from kanji.training.ink_lstm import EMBEDDING

Array = npt.NDArray[np.float32]


def onnx_model(
    weights: Mapping[str, Array], labels: tuple[str, ...], *, configuration: str
) -> onnx.ModelProto:
    """The network of `ink_lstm` from its state dict, with the metadata that loading checks."""
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
    graph.gemm("squeeze", "pooled", weights, "squeezed")
    graph.node("Relu", ["squeezed"], "relu")
    graph.gemm("head", "relu", weights, "logits")
    graph.gemm("known", "relu", weights, "known_column")
    graph.constant("one", np.array([1], np.int64))
    graph.node("Squeeze", ["known_column", "one"], "known")
    _add_samples(graph, weights)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "recognizer",
            [
                helper.make_tensor_value_info(
                    "sequences", TensorProto.FLOAT, ["batch", STEPS, len(FEATURES)]
                )
            ],
            [
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(labels)]),
                helper.make_tensor_value_info("known", TensorProto.FLOAT, ["batch"]),
                helper.make_tensor_value_info(
                    "samples", TensorProto.FLOAT, ["batch", STEPS, EMBEDDING]
                ),
            ],
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


def _add_samples(graph: _Graph, weights: Mapping[str, Array]) -> None:
    """The head for strokes, channels first: a matrix is then a convolution of length 1."""
    graph.node("Transpose", ["y2"], "states", perm=[1, 2, 0])
    spread = []
    for name, source, times in (("context", "states", 4), ("near", "x1", 2), ("here", "x0", 1)):
        graph.pointwise(name, source, weights, f"{name}_steps")
        graph.constant(f"{name}_times", np.array([1, 1, times], np.float32))
        graph.node(
            "Resize",
            [f"{name}_steps", "", f"{name}_times"],
            f"{name}_samples",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        spread.append(f"{name}_samples")
    graph.node("Sum", spread, "hidden")
    graph.node("Relu", ["hidden"], "hidden_relu")
    graph.pointwise("stroke", "hidden_relu", weights, "stroke_steps")
    graph.node("Transpose", ["stroke_steps"], "samples", perm=[0, 2, 1])


CALIBRATION_INKS, CALIBRATION_SEED = 6000, 2
NONE_IN = 10  # one ink in so many is no character, as calibration takes it
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

    def gemm(self, name: str, source: str, weights: Mapping[str, Array], output: str) -> None:
        """A dense layer over rows."""
        parts = [self.weight(f"{name}.{part}", weights) for part in _PARTS]
        self.node("Gemm", [source, *parts], output, transB=1)

    def pointwise(self, name: str, source: str, weights: Mapping[str, Array], output: str) -> None:
        """A dense layer over the channels of (B, C, N), with or without a bias."""
        matrix = self.weight(f"{name}.weight", weights)
        self.constant(f"{name}_axis", np.array([2], np.int64))
        self.node("Unsqueeze", [matrix, f"{name}_axis"], f"{name}_kernel")
        bias = f"{name}.bias"
        parts = [self.half(bias, weights[bias])] if bias in weights else []
        self.node("Conv", [source, f"{name}_kernel", *parts], output)

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


def _calibration(weights: Mapping[str, Array], labels: tuple[str, ...]) -> Calibration:
    """Fitted on ink as people draw it (`WriterModel`), and on ink that is no character."""
    import torch

    from data.ink.sequence import joined
    from data.references.store import load_references
    from data.synthetic.mistakes import Mistakes
    from data.synthetic.nonsense import Nonsense
    from data.synthetic.synthesizer import Synthesizer
    from kanji.training.ink_lstm import InkLSTM

    width, bottleneck = weights["lstm.weight_hh_l0"].shape[1], len(weights["squeeze.bias"])
    network = InkLSTM(len(labels), width=width, bottleneck=bottleneck).eval()
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    generator = np.random.default_rng(CALIBRATION_SEED)
    synthesizer = Synthesizer(labels, load_references("ja"))
    drawn = generator.integers(len(labels), size=CALIBRATION_INKS)
    inks = synthesizer.draw(drawn, generator, mistakes=Mistakes.none()).sequences(generator)
    refused = Nonsense(synthesizer, load_references("ja")).sequences(
        CALIBRATION_INKS // NONE_IN, generator
    )
    features = torch.from_numpy(joined([inks, refused]).features)
    with torch.no_grad():
        answers = [network(part) for part in torch.split(features, 256)]
    logits = torch.cat([answer.logits for answer in answers]).numpy()[: len(drawn)]
    known = torch.cat([answer.known for answer in answers]).numpy()
    return fit(logits, drawn, known, np.arange(len(known)) < len(drawn))


def main(argv: list[str] | None = None) -> None:
    """Exports a checkpoint of `lightning fit`, or the mean of several of one network.

    The mean of a network and of what it was trained to further reads better than either (model
    soups: Wortsman et al., arXiv 2203.05482).
    """
    import torch

    parser = argparse.ArgumentParser(prog="python -m kanji.training.export", description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--config", type=Path, default=Path("kanji/configs/polish.yaml"))
    parser.add_argument("-o", "--output", type=Path, default=Path("kanji/weights/recognizer.onnx"))
    args = parser.parse_args(argv)
    kept = [torch.load(path, map_location="cpu", weights_only=True) for path in args.checkpoints]
    (candidates,) = {one["hyper_parameters"]["candidates"] for one in kept}
    weights = {
        name.removeprefix("model."): np.asarray(
            np.mean([one["state_dict"][name].float().numpy() for one in kept], axis=0)
        )
        for name in kept[0]["state_dict"]
    }
    labels = characters(candidates)
    calibration = _calibration(weights, labels)
    print(calibration)
    weights = folded(weights, calibration)
    configuration = hashlib.sha256(args.config.read_bytes()).hexdigest()
    model = onnx_model(weights, labels, configuration=configuration)
    partial = args.output.with_suffix(".partial")
    partial.write_bytes(model.SerializeToString())
    os.replace(partial, args.output)
    print(f"{args.output}: {args.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
