"""Writes a trained recognizer as one ONNX file.

`python -m kanji.training.export CHECKPOINT... -o FILE`

The graph is built with `onnx.helper`, since torch's exporter does not support a bidirectional LSTM.
Matrices are stored in 8 bits with a scale for each output, everything else in half precision. The
LSTM and the head, nine tenths of the work, are computed in 8 bits too, by operators that
onnxruntime has everywhere (com.microsoft.DynamicQuantizeLSTM and DynamicQuantizeMatMul); all else
in single precision.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from data.argument_parser import ArgumentParser
from data.arguments import existing_file, new_file
from data.cache import replacing
from data.exit_status import exit_status
from data.ink.sequence import FEATURES, PREPROCESSING_VERSION, STEPS
from data.overwriting import check_no_overwrite
from kanji.recognizer.labels import label_hash
from kanji.training.calibration import Calibration, fit, folded
from kanji.training.exported_weights import ExportedWeights
from kanji.training.ink_lstm import EMBEDDING
from kanji.training.trained_recognizer import TrainedRecognizer

Array = npt.NDArray[np.float32]

OPSET, IR_VERSION = 18, 9
RUNTIME = "com.microsoft"  # the domain of onnxruntime's own operators
LARGEST_STORED = 127  # byte of a matrix that is only stored in 8 bits
# Byte of a matrix that is computed in 8 bits. Processors without VNNI add pairs of products of an
# unsigned and a signed byte in 16 bits: 2 * 255 * 63 is the most that has room.
LARGEST_COMPUTED = 63
CALIBRATION_INKS, CALIBRATION_SEED = 6000, 2
INKS_PER_NON_CHARACTER = 10  # of the calibration's ink
# Characters for each ink that is none, as people are expected to draw; larger = less is refused.
# Fitted to people's ink: messy characters are refused as seldom as other scripts allow.
EXPECTED_PER_NON_CHARACTER = 150
NORM_EPSILON = 1e-5  # torch's default for batch normalisation
_PARTS = ("weight", "bias")
UNUSED = ("",) * 4  # of an LSTM: lengths, both initial states, peepholes


def onnx_model(
    weights: Mapping[str, Array], labels: tuple[str, ...], *, configuration: str
) -> onnx.ModelProto:
    """The ONNX model of an `InkLSTM`, with the metadata that `Recognizer.load` checks.

    `weights`: the network's state dict as float32 arrays. `labels`: the character of each logit.
    `configuration`: the hash of the training's configuration, kept as `configuration_hash`.
    Input: `sequences` (batch, STEPS, 8) float32. Outputs: the fields of `NetworkOutput`.
    """
    graph = _GraphBuilder(_with_folded_norms(weights))
    _add_convolutions(graph)
    _add_lstm(graph)
    _add_pooling(graph)
    _add_character_heads(graph)
    _add_stroke_head(graph)
    model = _model(graph, len(labels))
    metadata = {
        "labels": "".join(labels),
        "label_hash": label_hash(labels),
        "preprocessing": str(PREPROCESSING_VERSION),
        "configuration_hash": configuration,
    }
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    return model


class _GraphBuilder:
    """Collects the nodes and constants of an ONNX graph, in the order in which they are added.

    `weights`: the state dict that the layers are taken from. Methods that add a weight return the
    name under which the graph has it.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> None:
        """Adds a node; `kind` may say the domain, as in com.microsoft.DynamicQuantizeLSTM."""
        domain, _, kind = kind.rpartition(".")
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> None:
        self.constants.append(numpy_helper.from_array(value, name))

    def half_precision(self, name: str, value: Array) -> str:
        """Adds an array in 16 bits."""
        self.constant(f"{name}_half", np.ascontiguousarray(value, np.float16))
        self.node("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        return name

    def int8(self, name: str, value: Array) -> str:
        """Adds a matrix that is stored in 8 bits; each row has a scale of its own."""
        rows, scale = quantized(value, LARGEST_STORED)
        self.constant(f"{name}_rows", rows)
        self.constant(f"{name}_scale", scale)
        self.node("DequantizeLinear", [f"{name}_rows", f"{name}_scale"], f"{name}_flat", axis=0)
        self.constant(f"{name}_shape", np.array(value.shape, np.int64))
        self.node("Reshape", [f"{name}_flat", f"{name}_shape"], name)
        return name

    def columns(self, name: str, value: Array) -> list[str]:
        """Adds matrices (..., out, in) that are computed in 8 bits; each output has a scale.

        Returns the names of the bytes, of the scales, and of the zeros that they count from.
        """
        rows, scale = quantized(value, LARGEST_COMPUTED)
        self.constant(f"{name}_columns", np.ascontiguousarray(rows.swapaxes(-1, -2)))
        self.constant(f"{name}_scale", scale)
        self.constant(f"{name}_zero", np.zeros(scale.shape, np.int8))
        return [f"{name}_{part}" for part in ("columns", "scale", "zero")]

    def weight(self, name: str) -> str:
        """Adds a weight of the state dict: a matrix in 8 bits, anything else in half precision."""
        value = self.weights[name]
        return self.int8(name, value) if value.ndim == 2 else self.half_precision(name, value)

    def linear(self, name: str, source: str, output: str) -> None:
        """Adds a linear layer over rows: (B, in) to (B, out)."""
        self.node("Gemm", [source, *(self.weight(f"{name}.{p}") for p in _PARTS)], output, transB=1)

    def pointwise(self, name: str, source: str, output: str) -> None:
        """Adds a linear layer over the channels of (B, C, N), with or without a bias."""
        matrix = self.weight(f"{name}.weight")
        self.constant(f"{name}_axis", np.array([2], np.int64))
        self.node("Unsqueeze", [matrix, f"{name}_axis"], f"{name}_kernel")
        bias = f"{name}.bias"
        parts = [self.half_precision(bias, self.weights[bias])] if bias in self.weights else []
        self.node("Conv", [source, f"{name}_kernel", *parts], output)

    def lstm_weights(self, layer: int) -> list[str]:
        """Adds the weights of both directions; the names are in DynamicQuantizeLSTM's order."""

        def both(part: str) -> Array:
            names = (f"lstm.{part}_l{layer}", f"lstm.{part}_l{layer}_reverse")
            return np.stack([_gates_in_onnx_order(self.weights[name]) for name in names])

        bias = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
        of_input, *input_scale = self.columns(f"W{layer}", both("weight_ih"))
        recurrent, *recurrent_scale = self.columns(f"R{layer}", both("weight_hh"))
        biases = self.half_precision(f"B{layer}", bias)
        return [of_input, recurrent, biases, *UNUSED, *input_scale, *recurrent_scale]


def quantized(value: Array, largest: int) -> tuple[npt.NDArray[np.int8], Array]:
    """Bytes up to `largest`, and the scale (...) of each vector along the last axis (..., N)."""
    scale = np.maximum(np.abs(value).max(axis=-1), 1e-8) / largest
    return np.rint(value / scale[..., None]).astype(np.int8), scale.astype(np.float32)


def _add_convolutions(graph: _GraphBuilder) -> None:
    """`sequences` to `x0` (channels first), `x1` and `x2`, each half as long as the one before."""
    graph.node("Transpose", ["sequences"], "x0", perm=[0, 2, 1])
    for number in (1, 2):
        name = f"conv{number}"
        inputs = [f"x{number - 1}", *(graph.weight(f"{name}.{part}") for part in _PARTS)]
        graph.node("Conv", inputs, f"{name}_out", strides=[2], pads=[2, 2])
        graph.node("Relu", [f"{name}_out"], f"x{number}")


def _add_lstm(graph: _GraphBuilder) -> None:
    """`x2` to `y2`, the states of the second layer: (steps, batch, 2 * width)."""
    width = graph.weights["lstm.weight_hh_l0"].shape[1]
    graph.node("Transpose", ["x2"], "y0", perm=[2, 0, 1])  # (steps, batch, channels)
    for layer in (0, 1):
        inputs = [f"y{layer}", *graph.lstm_weights(layer)]
        kind = f"{RUNTIME}.DynamicQuantizeLSTM"
        graph.node(kind, inputs, f"lstm{layer}", hidden_size=width, direction="bidirectional")
        graph.node("Transpose", [f"lstm{layer}"], f"swapped{layer}", perm=[0, 2, 1, 3])
        graph.constant(f"shape{layer}", np.array([0, 0, 2 * width], np.int64))
        graph.node("Reshape", [f"swapped{layer}", f"shape{layer}"], f"y{layer + 1}")


def _add_pooling(graph: _GraphBuilder) -> None:
    """`y2` to `pooled`: mean and maximum over the steps, normalised."""
    graph.constant("time", np.array([0], np.int64))
    graph.node("ReduceMean", ["y2", "time"], "mean", keepdims=0)
    graph.node("ReduceMax", ["y2", "time"], "max", keepdims=0)
    graph.node("Concat", ["mean", "max"], "both", axis=1)
    graph.node("Mul", ["both", graph.weight("norm3.scale")], "scaled")
    graph.node("Add", ["scaled", graph.weight("norm3.shift")], "pooled")


def _add_character_heads(graph: _GraphBuilder) -> None:
    """`pooled` to `logits` and `known`."""
    graph.linear("squeeze", "pooled", "squeezed")
    graph.node("Relu", ["squeezed"], "relu")
    low_rank = "narrow.weight" in graph.weights
    if low_rank:
        graph.node("Gemm", ["relu", graph.weight("narrow.weight")], "narrowed", transB=1)
    head, bias = graph.weights["head.weight"], graph.weight("head.bias")
    inputs = ["narrowed" if low_rank else "relu", *graph.columns("head.weight", head), bias]
    graph.node(f"{RUNTIME}.DynamicQuantizeMatMul", inputs, "logits")
    graph.linear("known", "relu", "known_column")
    graph.constant("one", np.array([1], np.int64))
    graph.node("Squeeze", ["known_column", "one"], "known")


def _add_stroke_head(graph: _GraphBuilder) -> None:
    """`y2`, `x1` and `x0` to `samples`.

    Channels come first, so that a matrix is a convolution of length 1.
    """
    graph.node("Transpose", ["y2"], "states", perm=[1, 2, 0])
    at_full_length = []
    for name, source, factor in (("context", "states", 4), ("near", "x1", 2), ("here", "x0", 1)):
        graph.pointwise(name, source, f"{name}_steps")
        graph.constant(f"{name}_times", np.array([1, 1, factor], np.float32))
        graph.node(
            "Resize",
            [f"{name}_steps", "", f"{name}_times"],
            f"{name}_samples",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        at_full_length.append(f"{name}_samples")
    graph.node("Sum", at_full_length, "hidden")
    graph.node("Relu", ["hidden"], "hidden_relu")
    graph.pointwise("stroke", "hidden_relu", "stroke_steps")
    graph.node("Transpose", ["stroke_steps"], "samples", perm=[0, 2, 1])


def _model(graph: _GraphBuilder, classes: int) -> onnx.ModelProto:
    """The model of a finished graph, with its input and outputs declared."""

    def value(name: str, *shape: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "recognizer",
            [value("sequences", STEPS, len(FEATURES))],
            [value("logits", classes), value("known"), value("samples", STEPS, EMBEDDING)],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)],
        ir_version=IR_VERSION,
        producer_name="hitsujun",
    )


def _with_folded_norms(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights with two batch normalisations folded into the convolutions before them.

    The third becomes a scale and a shift: folded into a matrix of 8 bits it would cost accuracy.
    Weights of a file that was exported are folded already.
    """
    folded = dict(weights)
    if "norm3.running_var" not in weights:
        folded["norm3.scale"], folded["norm3.shift"] = (weights[f"norm3.{p}"] for p in _PARTS)
        return folded
    for number in (1, 2):
        scale, shift = _affine(weights, f"norm{number}")
        folded[f"conv{number}.weight"] = weights[f"conv{number}.weight"] * scale[:, None, None]
        folded[f"conv{number}.bias"] = weights[f"conv{number}.bias"] * scale + shift
    folded["norm3.scale"], folded["norm3.shift"] = _affine(weights, "norm3")
    return folded


def _affine(weights: Mapping[str, Array], norm: str) -> tuple[Array, Array]:
    """A batch normalisation in evaluation mode, as a scale and a shift."""
    scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + NORM_EPSILON)
    return scale, weights[f"{norm}.bias"] - scale * weights[f"{norm}.running_mean"]


def _gates_in_onnx_order(stacked: Array) -> Array:
    """torch stacks the gates as i, f, c, o, and ONNX as i, o, f, c."""
    i, f, c, o = np.split(stacked, 4)
    return np.concatenate([i, o, f, c])


def _calibration(trained: TrainedRecognizer) -> Calibration:
    """Fitted on ink as people draw it (`WriterModel`) and on ink that is no character."""
    import torch

    from data.ink.sequence import joined
    from data.references.store import merged_references
    from data.synthetic.mistakes import Mistakes
    from data.synthetic.nonsense import Nonsense
    from data.synthetic.synthesizer import Synthesizer

    network, labels = trained.network(), trained.labels
    generator = np.random.default_rng(CALIBRATION_SEED)
    references = merged_references(trained.references)
    synthesizer = Synthesizer(labels, references)
    drawn = generator.integers(len(labels), size=CALIBRATION_INKS)
    inks = synthesizer.draw(drawn, generator, mistakes=Mistakes.none()).sequences(generator)
    nonsense = Nonsense(synthesizer, references).sequences(
        CALIBRATION_INKS // INKS_PER_NON_CHARACTER, generator
    )
    features = torch.from_numpy(joined([inks, nonsense]).features)
    with torch.no_grad():
        outputs = [network(part) for part in torch.split(features, 256)]
    logits = torch.cat([output.logits for output in outputs]).numpy()[: len(drawn)]
    known = torch.cat([output.known for output in outputs]).numpy()
    fitted = fit(logits, drawn, known, np.arange(len(known)) < len(drawn))
    rarer = np.log(EXPECTED_PER_NON_CHARACTER / INKS_PER_NON_CHARACTER)
    return replace(fitted, shift=fitted.shift + float(rarer))


def _given(paths: Sequence[Path]) -> tuple[Mapping[str, Array], tuple[str, ...], str]:
    """The weights, the labels and the configuration's hash.

    Of one exported file as it is, or of the mean of checkpoints, which is calibrated.
    """
    if [path.suffix for path in paths] == [".onnx"]:
        stored = ExportedWeights.read(paths[0])
        return stored.weights, stored.labels, stored.configuration
    trained = TrainedRecognizer.mean(paths)
    calibration = _calibration(trained)
    print(calibration)
    return folded(trained.weights, calibration), trained.labels, trained.configuration_hash


def main(argv: list[str] | None = None) -> int:
    """Exports a checkpoint of `lightning fit`, or the mean of several of the same network.

    Characters, references and the configuration's hash are those of the checkpoints. A file that an
    earlier version exported is written anew, as it is calibrated.

    The mean of a network and of the same one trained further reads better than either of them
    (model soups: Wortsman et al., arXiv 2203.05482).
    """
    parser = ArgumentParser(prog="python -m kanji.training.export", description=__doc__)
    parser.add_argument(
        "checkpoints",
        type=replace(existing_file, role=""),  # an exported file may be written anew in place
        nargs="+",
        metavar="CHECKPOINT",
        help="of `lightning fit`, or one ONNX file of an earlier export",
    )
    parser.add_argument(
        "--config",
        type=existing_file,
        help="its sha256 is stored as `configuration_hash` (default: that of the last checkpoint)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".onnx"),
        default=Path("kanji/weights/recognizer.onnx"),
        help="the ONNX file to write (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    trained = [one for one in args.checkpoints if one.suffix != ".onnx"]
    check_no_overwrite({"--output": args.output}, {"CHECKPOINT": trained})
    weights, labels, configuration = _given(args.checkpoints)
    if args.config:
        configuration = hashlib.sha256(args.config.read_bytes()).hexdigest()
    model = onnx_model(weights, labels, configuration=configuration)
    with replacing(args.output) as temporary:
        temporary.write_bytes(model.SerializeToString())
    print(f"{args.output}: {args.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(exit_status(main))
