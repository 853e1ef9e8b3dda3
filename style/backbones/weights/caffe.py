"""Caffe's weight files: `.caffemodel`, and the compressed SqueezeNet (`.net`) of Han et al.

The networks in them take BGR in [0, 255] less a mean; `style.backbones.weights.converters` changes
their first layer to take ImageNet-normalised RGB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from style.errors import WeightsMissing

Array = npt.NDArray[np.float32]
Shape = tuple[int, int, int, int]  # of a weight: outputs, inputs, rows, columns
CaffeLayers = dict[str, tuple[Array, ...]]  # weight and bias by Caffe's layer name

# Field numbers of caffe.proto (BSD-2-Clause) for weights.
LAYER, NAME, BLOBS = 100, 1, 7  # of NetParameter and LayerParameter
OLD_LAYER, OLD_NAME, OLD_BLOBS = 2, 4, 6  # of the layers before 2014
SHAPE, DATA, OLD_SHAPE = 7, 5, (1, 2, 3, 4)  # of BlobProto
MAX_VALUES = 1 << 28  # of one blob; VGG's largest has 1e8

# Wire types of a protobuf field.
VARINT, FIXED_64, BYTES, FIXED_32 = 0, 1, 2, 5

CODES = 256  # entries of a codebook of Deep Compression (Han et al., arXiv 1510.00149)


def read_caffemodel(content: bytes) -> CaffeLayers:
    """The blobs (weight, bias) of each layer by its name, float32.

    Raises WeightsMissing where the content is not a .caffemodel.
    """
    layers: CaffeLayers = {}
    try:
        for field, message in _fields(content):
            if field in (LAYER, OLD_LAYER) and isinstance(message, bytes):
                layers |= _layer(message, is_old=field == OLD_LAYER)
    except (IndexError, ValueError, struct.error) as error:
        raise WeightsMissing(f"not a .caffemodel: {error or 'it ends too soon'}") from error
    if not layers:
        raise WeightsMissing("not a .caffemodel: it has no layer with weights")
    return layers


def read_net(content: bytes) -> CaffeLayers:
    """SqueezeNet 1.0 as Deep Compression stores it, by Caffe's layer names, float32.

    The file begins with the number of stored weights of each layer (uint32). For each layer follow
    a codebook (256 float32), the bias (float32), and of the stored weights the codes (1 byte each)
    and the gaps between them (4 bits each). Raises WeightsMissing where the content is otherwise.
    """
    shapes = _squeezenet_shapes()
    begin, layers = 4 * len(shapes), CaffeLayers()
    counts = np.frombuffer(content, "<u4", len(shapes)) if len(content) >= begin else ()
    for (name, shape), count in zip(shapes.items(), counts, strict=False):
        stored = int(count)
        gap_bytes = (stored - 1) // 2 + 1
        end = begin + 4 * (CODES + shape[0]) + stored + gap_bytes
        if not 0 < stored <= int(np.prod(shape)) or end > len(content):
            raise WeightsMissing(f"not a compressed SqueezeNet: {name} does not fit the file")
        values = np.frombuffer(content, "<f4", CODES + shape[0], begin)
        codes = np.frombuffer(content, np.uint8, stored, end - stored - gap_bytes)
        gaps = np.frombuffer(content, np.uint8, gap_bytes, end - gap_bytes)
        weight = _dense(values[:CODES][codes], gaps, name, shape)
        layers[name] = weight, values[CODES:].copy()
        begin = end
    if begin != len(content) or len(layers) != len(shapes):
        raise WeightsMissing(
            f"not a compressed SqueezeNet: it has {len(content)} bytes, expected {begin}"
        )
    return layers


def _dense(values: Array, packed: npt.NDArray[np.uint8], name: str, shape: Shape) -> Array:
    """A weight of a shape from its stored values, and the gaps between them, two in a byte."""
    gaps = np.stack([packed & 15, packed >> 4], axis=1).ravel()[: len(values)].astype(np.int64)
    indices = np.cumsum(gaps + 1) - 1
    weight = np.zeros(int(np.prod(shape)), np.float32)
    if indices[-1] >= len(weight):
        raise WeightsMissing(f"not a compressed SqueezeNet: {name} has too many weights")
    weight[indices] = values
    return weight.reshape(shape)


def _squeezenet_shapes() -> dict[str, Shape]:
    """The shapes of SqueezeNet 1.0's weights by Caffe's layer names, in the file's order."""
    shapes: dict[str, Shape] = {"conv1": (96, 3, 7, 7)}
    inputs = 96
    for fire in range(2, 10):
        squeeze = 16 * (fire // 2)
        shapes[f"fire{fire}/squeeze1x1"] = (squeeze, inputs, 1, 1)
        shapes[f"fire{fire}/expand1x1"] = (4 * squeeze, squeeze, 1, 1)
        shapes[f"fire{fire}/expand3x3"] = (4 * squeeze, squeeze, 3, 3)
        inputs = 8 * squeeze
    return shapes | {"conv_final": (1000, inputs, 1, 1)}


def _layer(content: bytes, *, is_old: bool) -> CaffeLayers:
    """A LayerParameter (V1LayerParameter, if old): its blobs by its name; empty without blobs."""
    name_field, blobs_field = (OLD_NAME, OLD_BLOBS) if is_old else (NAME, BLOBS)
    fields = [(field, value) for field, value in _fields(content) if isinstance(value, bytes)]
    names = [value for field, value in fields if field == name_field]
    blobs = tuple(_blob(value) for field, value in fields if field == blobs_field)
    return {names[0].decode(): blobs} if names and blobs else {}


def _blob(content: bytes) -> Array:
    """A BlobProto as an array."""
    fields = list(_fields(content))
    shape = [n for f, v in fields if f == SHAPE and isinstance(v, bytes) for n in _shape(v)]
    if not shape:
        old = {f: v for f, v in fields if f in OLD_SHAPE and isinstance(v, int)}
        shape = [old[f] for f in OLD_SHAPE if f in old]
    data = b"".join(v for f, v in fields if f == DATA and isinstance(v, bytes))
    values = np.frombuffer(data, "<f4")
    if int(np.prod(shape)) != len(values) or len(values) > MAX_VALUES:
        raise ValueError(f"a blob of shape {shape} has {len(values)} values")
    return values.reshape(shape).astype(np.float32)


def _shape(content: bytes) -> list[int]:
    """A BlobShape: its field `dim`, which may be packed."""
    sizes: list[int] = []
    for field, value in _fields(content):
        if field == 1 and isinstance(value, int):
            sizes.append(value)
        elif field == 1 and isinstance(value, bytes):
            at = 0
            while at < len(value):
                size, at = _varint(value, at)
                sizes.append(size)
    return sizes


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message: number and value.

    A varint is an int, any other value is bytes. Raises ValueError or IndexError where the content
    is not a message.
    """
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        field, wire_type = key >> 3, key & 7
        if wire_type == VARINT:
            number, at = _varint(content, at)
            yield field, number
            continue
        size = {FIXED_64: 8, FIXED_32: 4}.get(wire_type)
        if wire_type == BYTES:
            size, at = _varint(content, at)
        if size is None or at + size > len(content):
            raise ValueError(f"no field of a protobuf message at byte {at}")
        yield field, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a byte, and the byte behind it."""
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError(f"no number at byte {at}")
