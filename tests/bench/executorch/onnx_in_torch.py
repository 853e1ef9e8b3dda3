"""The fast style network's ONNX file as a torch module: only the file ships, no checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional

Tensors = Sequence[torch.Tensor]
MODES = {b"reflect": "reflect", b"edge": "replicate"}


class OnnxInTorch(nn.Module):
    """Computes a graph of the operators below. `constants`: inputs of the graph that do not change.

    What does not depend on its other input is computed once.
    """

    def __init__(self, path: Path, constants: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        self._input, self._output = graph.input[0].name, graph.output[0].name
        stored = {one.name: numpy_helper.to_array(one).copy() for one in graph.initializer}
        self._known = {name: torch.from_numpy(one) for name, one in stored.items()} | dict(
            constants
        )
        self._nodes = []
        for node in graph.node:
            if all(name in self._known for name in node.input):
                self._known.update(_computed(node, self._known))
            else:
                self._nodes.append(node)

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor]:
        values = self._known | {self._input: picture}
        for node in self._nodes:
            values.update(_computed(node, values))
        return (values[self._output],)


def _computed(node: onnx.NodeProto, values: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    found = OPERATORS[node.op_type]([values[name] for name in node.input], attributes)
    several = found if isinstance(found, tuple | list) else [found]
    return dict(zip(node.output, several, strict=True))


def _pad(x: Tensors, attributes: Mapping[str, Any]) -> torch.Tensor:
    _, _, top, left, _, _, bottom, right = x[1].tolist()
    return functional.pad(x[0], (left, right, top, bottom), mode=MODES[attributes["mode"]])


def _instance_norm(x: Tensors, attributes: Mapping[str, Any]) -> torch.Tensor:
    values, scale, shift = x
    centred = values - values.mean((2, 3), keepdim=True)
    variance = (centred * centred).mean((2, 3), keepdim=True)
    scales = torch.rsqrt(variance + attributes["epsilon"]) * scale[:, None, None]
    return centred * scales + shift[:, None, None]


def _slice(x: Tensors, _: Mapping[str, Any]) -> torch.Tensor:
    values = x[0]
    for start, stop, axis in zip(*(one.tolist() for one in x[1:4]), strict=True):
        side = values.shape[axis]
        end = min(stop, side) if stop >= 0 else side + stop
        values = values.narrow(axis, start, end - start)
    return values


def _depth_to_space(x: Tensors, attributes: Mapping[str, Any]) -> torch.Tensor:
    by = attributes["blocksize"]
    count, channels, height, width = x[0].shape
    blocks = x[0].reshape(count, by, by, channels // by**2, height, width)
    moved = blocks.permute(0, 3, 4, 1, 5, 2)
    return moved.reshape(count, channels // by**2, by * height, by * width)


OPERATORS: Mapping[str, Any] = {
    "Add": lambda x, _: x[0] + x[1],
    "Cast": lambda x, _: x[0].float(),
    "Concat": lambda x, a: torch.cat(list(x), a["axis"]),
    "Conv": lambda x, a: functional.conv2d(x[0], x[1], stride=a.get("strides", [1, 1])),
    "DepthToSpace": _depth_to_space,
    "Identity": lambda x, _: x[0],
    "InstanceNormalization": _instance_norm,
    "MatMul": lambda x, _: x[0] @ x[1],
    "Pad": _pad,
    "Relu": lambda x, _: x[0].relu(),
    "Reshape": lambda x, _: x[0].reshape(x[1].tolist()),
    "Slice": _slice,
    "Split": lambda x, a: x[0].split(x[1].tolist(), dim=a.get("axis", 0)),
    "Sub": lambda x, _: x[0] - x[1],
}
