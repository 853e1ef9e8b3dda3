"""Weights of Caffe: `.caffemodel` files, and Han's compressed SqueezeNet (`.net`).

Caffe's networks take BGR in [0, 255] less a mean; that is folded into the first layer here, so that
all networks take ImageNet-normalised RGB (`style.backbones.weights.converters.folded`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from style.backbones.layers import FIRES
from style.backbones.weights.converters import VGG_MEAN, Tensors, folded
from style.errors import WeightsMissing

Array = npt.NDArray[np.float32]

# Fields of caffe.proto (BSD-2-Clause) that weights are in.
LAYER, NAME, BLOBS = 100, 1, 7  # of NetParameter and LayerParameter
OLD_LAYER, OLD_NAME, OLD_BLOBS = 2, 4, 6  # of the layers before 2014
SHAPE, DATA, OLD_SHAPE = 7, 5, (1, 2, 3, 4)  # of BlobProto
MOST_VALUES = 1 << 28  # of one blob; VGG's largest has 1e8

CODES = 256  # entries of a codebook of Deep Compression (Han et al., arXiv 1510.00149)


def read_caffemodel(content: bytes) -> dict[str, tuple[Array, ...]]:
    """The blobs of each layer by its name; raises WeightsMissing where it is no such file."""
    found: dict[str, tuple[Array, ...]] = {}
    try:
        for field, layer in _fields(content):
            if field in (LAYER, OLD_LAYER) and isinstance(layer, bytes):
                name_field, blob_field = (NAME, BLOBS) if field == LAYER else (OLD_NAME, OLD_BLOBS)
                parts = list(_fields(layer))
                names = [v for f, v in parts if f == name_field and isinstance(v, bytes)]
                blobs = [_blob(v) for f, v in parts if f == blob_field and isinstance(v, bytes)]
                if blobs and names:
                    found[names[0].decode()] = tuple(blobs)
    except (IndexError, ValueError, struct.error) as error:
        raise WeightsMissing(f"no .caffemodel: {error or 'it ends too soon'}") from error
    if not found:
        raise WeightsMissing("no .caffemodel: it has no layer with weights")
    return found


def read_net(content: bytes) -> dict[str, tuple[Array, ...]]:
    """SqueezeNet 1.0 of Deep Compression, by Caffe's layer names; raises WeightsMissing."""
    shapes = _squeezenet_shapes()
    counts = np.frombuffer(content, "<u4", len(shapes)) if len(content) >= 104 else ()
    at, found = 4 * len(shapes), dict[str, tuple[Array, ...]]()
    for (name, shape), count in zip(shapes.items(), counts, strict=False):
        size, kept = int(np.prod(shape)), int(count)
        gap_bytes = (kept - 1) // 2 + 1
        end = at + 4 * (CODES + shape[0]) + kept + gap_bytes
        if not 0 < kept <= size or end > len(content):
            raise WeightsMissing(f"no compressed SqueezeNet: {name} does not fit the file")
        book = np.frombuffer(content, "<f4", CODES, at)
        bias = np.frombuffer(content, "<f4", shape[0], at + 4 * CODES)
        codes = np.frombuffer(content, np.uint8, kept, end - kept - gap_bytes)
        packed = np.frombuffer(content, np.uint8, gap_bytes, end - gap_bytes)
        gaps = np.stack([packed & 15, packed >> 4], axis=1).ravel()[:kept].astype(np.int64)
        places = np.cumsum(gaps + 1) - 1
        if places[-1] >= size:
            raise WeightsMissing(f"no compressed SqueezeNet: {name} has more weights than places")
        weight = np.zeros(size, np.float32)
        weight[places] = book[codes]
        found[name] = weight.reshape(shape), bias.copy()
        at = end
    if at != len(content) or len(found) != len(shapes):
        raise WeightsMissing(f"no compressed SqueezeNet: {len(content)} bytes, {at} make one")
    return found


def tensors_of(layers: dict[str, tuple[Array, ...]], backbone: str, path: Path) -> Tensors:
    """A backbone's tensors from Caffe's layers by their names there.

    VGG's layers have the same names here; layers that a backbone does not have (`fc6`) are left
    out. Raises WeightsMissing for a backbone that Caffe's layers are not known of.
    """
    if backbone in FIRES:
        names = {"conv1": "features.0", "conv10": "classifier.1", "conv_final": "classifier.1"}
        for fire, index in FIRES[backbone].items():
            for part in ("squeeze1x1", "expand1x1", "expand3x3"):
                kept = part.removesuffix("1x1") if part.startswith("squeeze") else part
                names[f"fire{fire}/{part}"] = f"features.{index}.{kept}"
        mean = (123.0, 117.0, 104.0)
    elif backbone.startswith("vgg"):
        names = {name: name for name in layers if name.startswith("conv")}
        mean = VGG_MEAN
    else:
        raise WeightsMissing(f"{path}: of Caffe's networks VGG and SqueezeNet are known here")
    tensors: Tensors = {}
    for name, (weight, *bias) in layers.items():
        if name in names:
            tensors[f"{names[name]}.weight"] = torch.from_numpy(np.ascontiguousarray(weight))
            tensors[f"{names[name]}.bias"] = torch.from_numpy(np.ravel(bias[0]).copy())
    first = names["conv1"] if backbone in FIRES else "conv1_1"
    if f"{first}.weight" in tensors:
        tensors |= folded(tensors[f"{first}.weight"], tensors[f"{first}.bias"], first, mean)
    return tensors


def _squeezenet_shapes() -> dict[str, tuple[int, int, int, int]]:
    shapes = {"conv1": (96, 3, 7, 7)}
    before = 96
    for fire in range(2, 10):
        squeeze = 16 * (fire // 2)
        shapes[f"fire{fire}/squeeze1x1"] = (squeeze, before, 1, 1)
        shapes[f"fire{fire}/expand1x1"] = (4 * squeeze, squeeze, 1, 1)
        shapes[f"fire{fire}/expand3x3"] = (4 * squeeze, squeeze, 3, 3)
        before = 8 * squeeze
    return shapes | {"conv_final": (1000, before, 1, 1)}


def _blob(content: bytes) -> Array:
    """A BlobProto as an array."""
    parts = list(_fields(content))
    shape = [n for f, v in parts if f == SHAPE and isinstance(v, bytes) for n in _shape(v)]
    if not shape:
        old = {f: v for f, v in parts if f in OLD_SHAPE and isinstance(v, int)}
        shape = [old[f] for f in OLD_SHAPE if f in old]
    data = b"".join(v for f, v in parts if f == DATA and isinstance(v, bytes))
    values = np.frombuffer(data, "<f4")
    if int(np.prod(shape)) != len(values) or len(values) > MOST_VALUES:
        raise ValueError(f"a blob of shape {shape} has {len(values)} values")
    return values.reshape(shape).astype(np.float32)


def _shape(content: bytes) -> list[int]:
    """A BlobShape: `dim`, packed or one by one."""
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
    """The fields of a protobuf message: numbers and values, of the wire types that there are."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        field, kind = key >> 3, key & 7
        if kind == 0:
            number, at = _varint(content, at)
            yield field, number
            continue
        size = {1: 8, 5: 4}.get(kind)
        if kind == 2:
            size, at = _varint(content, at)
        if size is None or at + size > len(content):
            raise ValueError(f"at byte {at} is no field of a protobuf message")
        yield field, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError(f"at byte {at} is no number")
