"""Reads an exported fast style network, to train it further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper

from data.os_errors import in_words
from style.errors import WeightsMissing
from style.fast.network import OUTER, TRUNK
from style.training.onnx_graph import Array
from style.training.style_network import StyleConvolution, StyleNetwork


def exported_network(folder: Path) -> StyleNetwork:
    """The network of the files that `python -m style.training.export` writes.

    Its weights are those of half precision. Raises WeightsMissing where there are no such files.
    """
    try:
        graphs = [onnx.load(folder / name).graph for name in (TRUNK, OUTER)]
    except OSError as error:
        raise WeightsMissing(f"{folder} has no exported network: {in_words(error)}") from error
    except Exception as error:  # protobuf's own
        raise WeightsMissing(f"{folder} has a damaged network: {error}") from error
    arrays = [_half_precision(graph) for graph in graphs]
    tables = np.concatenate([one.pop("table_half") for one in arrays], axis=1)
    kernels = iter([*arrays[0].values(), *arrays[1].values()])
    network = StyleNetwork(len(tables))
    first = 0
    for layer in _convolutions(network):
        kernel, convolution = next(kernels), layer.convolution
        if layer.upscale > 1:
            kernel = enlarged_kernel(kernel)
        convolution.weight.data = torch.from_numpy(kernel)
        for parameter in (layer.norm.scale, layer.norm.shift):
            last = first + parameter.shape[1]
            parameter.data = torch.from_numpy(tables[:, first:last].copy())
            first = last
    return network


def enlarged_kernel(phases: Array) -> Array:
    """The (O, I, 3, 3) kernel whose four `kernel_of_phase` are given, one after another."""
    first, second, third, fourth = np.split(phases, 4)
    upper, lower = _parted(first, second, axis=3), _parted(third, fourth, axis=3)
    return _parted(upper, lower, axis=2)


def _parted(even: Array, odd: Array, *, axis: int) -> Array:
    """Undoes the sums of taps of both phases along an axis."""
    first, pair = np.split(even, 2, axis=axis)
    _, last = np.split(odd, 2, axis=axis)
    return np.concatenate([first, pair - last, last], axis=axis)


def _half_precision(graph: onnx.GraphProto) -> dict[str, Array]:
    """The constants that are stored in 16 bits, in their order."""
    return {
        one.name: numpy_helper.to_array(one).astype(np.float32)
        for one in graph.initializer
        if one.data_type == TensorProto.FLOAT16
    }


def _convolutions(network: StyleNetwork) -> Iterator[StyleConvolution]:
    """In the order of the export."""
    return (module for module in network.modules() if isinstance(module, StyleConvolution))
