"""The layers of a `StyleNetwork` as nodes of ONNX graphs.

Weights are stored in half precision; all is computed in single precision.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from style.training.style_network import (
    EPSILON,
    ConditionalNorm,
    ResidualBlock,
    StyleConvolution,
)

Array = npt.NDArray[np.float32]

OPSET, IR_VERSION = 18, 9
STYLE = "style"  # the input with the weights of the styles


class StyleGraph:
    """Collects nodes and constants in order. Methods return the name of their output.

    Its input STYLE is (1, styles): the weights of the styles, which sum to 1.
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._tables: list[Array] = []
        self._columns: list[str] = []

    def node(self, kind: str, inputs: list[str], **attributes: object) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, value: npt.NDArray[np.generic]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def half_precision(self, value: Array) -> str:
        """A constant that is stored in 16 bits."""
        half = self.constant(np.ascontiguousarray(value, np.float16))
        return self.node("Cast", [half], to=TensorProto.FLOAT)

    def convolution(self, layer: StyleConvolution, source: str) -> str:
        """A StyleConvolution, with its norm."""
        if layer.upscale == 1:
            padded = self._padded(source, layer.padding, "reflect")
            kernel = self.half_precision(_array(layer.convolution.weight))
            stride = layer.convolution.stride[0]
            result = self.node("Conv", [padded, kernel], strides=[stride, stride])
        else:
            result = self._enlarging(_array(layer.convolution.weight), source)
        return self._norm(layer.norm, result)

    def residual(self, block: ResidualBlock, source: str) -> str:
        inner = self.node("Relu", [self.convolution(block.first, source)])
        return self.node("Add", [source, self.convolution(block.second, inner)])

    def model(
        self, output: str, *, source: str, channels: tuple[int, int], name: str
    ) -> onnx.ModelProto:
        """The model from the input `source` to the node `output`, which it calls `name`."""
        self.nodes.append(helper.make_node("Identity", [output], [name]))
        table = np.concatenate(self._tables, axis=1)
        inputs = [_image(source, channels[0]), _vector(STYLE, len(table))]
        graph = helper.make_graph(
            [*self._style_nodes(table), *self.nodes],
            name,
            inputs,
            [_image(name, channels[1])],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model

    def _enlarging(self, kernel: Array, source: str) -> str:
        """Nearest neighbour, twice as large, and a 3 x 3 convolution, in one at the small size.

        Each of the four pixels that a small pixel becomes sees 2 x 2 small pixels. So four
        convolutions give them; reflection at the large size is repetition at the small.
        """
        padded = self._padded(source, 1, "edge")
        phases = [kernel_of_phase(kernel, row, column) for row in (0, 1) for column in (0, 1)]
        all_phases = self.node("Conv", [padded, self.half_precision(np.concatenate(phases))])
        channels, parts = len(kernel), []
        for number, (row, column) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
            first, last = channels * number, channels * (number + 1)
            starts = self.constant(np.array([first, row, column], np.int64))
            ends = [last, row - 1 or 2**31, column - 1 or 2**31]  # all but one row and column
            stops = self.constant(np.array(ends, np.int64))
            axes = self.constant(np.array([1, 2, 3], np.int64))
            parts.append(self.node("Slice", [all_phases, starts, stops, axes]))
        return self.node("DepthToSpace", [self.node("Concat", parts, axis=1)], blocksize=2)

    def _norm(self, norm: ConditionalNorm, source: str) -> str:
        scale, shift = self._column(norm.scale), self._column(norm.shift)
        if norm.is_normalizing:
            return self.node("InstanceNormalization", [source, scale, shift], epsilon=EPSILON)
        mean = self.constant(np.zeros(norm.scale.shape[1], np.float32))
        variance = self.constant(np.ones(norm.scale.shape[1], np.float32))
        inputs = [source, scale, shift, mean, variance]
        return self.node("BatchNormalization", inputs, epsilon=0.0)

    def _padded(self, source: str, by: int, mode: str) -> str:
        pads = self.constant(np.array([0, 0, by, by, 0, 0, by, by], np.int64))
        return self.node("Pad", [source, pads], mode=mode)

    def _column(self, table: torch.Tensor) -> str:
        """Columns of the table of scales and shifts, (styles, channels); returns (channels,)."""
        self._tables.append(_array(table))
        self._columns.append(f"column_{len(self._columns)}")
        return self._columns[-1]

    def _style_nodes(self, table: Array) -> list[onnx.NodeProto]:
        """The nodes that give every column: one product of the weights with the table."""
        sizes = np.array([one.shape[1] for one in self._tables], np.int64)
        self.constants += [
            numpy_helper.from_array(table.astype(np.float16), "table_half"),
            numpy_helper.from_array(sizes, "sizes"),
            numpy_helper.from_array(np.array([-1], np.int64), "flat"),
        ]
        return [
            helper.make_node("Cast", ["table_half"], ["table"], to=TensorProto.FLOAT),
            helper.make_node("MatMul", [STYLE, "table"], ["columns"]),
            helper.make_node("Reshape", ["columns", "flat"], ["columns_flat"]),
            helper.make_node("Split", ["columns_flat", "sizes"], self._columns, axis=0),
        ]


def kernel_of_phase(kernel: Array, row: int, column: int) -> Array:
    """The (O, I, 2, 2) kernel that gives the enlarged pixels of odd or even rows and columns.

    `kernel`: (O, I, 3, 3), of the enlarged picture; taps on copies of one small pixel are added.
    """
    rows = _merged(kernel, row, axis=2)
    return _merged(rows, column, axis=3)


def _merged(kernel: Array, phase: int, *, axis: int) -> Array:
    first, middle, last = np.split(kernel, 3, axis=axis)
    pair = (first, middle + last) if phase == 0 else (first + middle, last)
    return np.concatenate(pair, axis=axis)


def _array(tensor: torch.Tensor) -> Array:
    return tensor.detach().float().cpu().numpy()


def _image(name: str, channels: int) -> onnx.ValueInfoProto:
    shape = [1, channels, f"{name}_height", f"{name}_width"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _vector(name: str, size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size])
