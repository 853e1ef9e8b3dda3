"""A backbone's features as a smaller ONNX model: in half precision, or in 8 bits.

Half precision halves the file; all is computed in single precision, as few processors compute a
convolution in half. 8 bits make a quarter of it, and are computed as integers by onnxruntime's
static quantisation (QDQ, https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html):
each channel of a weight and each map has a scale, which for the maps comes from photos.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from data.cache import replacing
from style.backbones.backbone import Backbone
from style.errors import ConfigError
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor
from style.training.backbone_onnx import PICTURE, write_onnx

Feeds = dict[str, npt.NDArray[Any]]  # the inputs of a model by name

CALIBRATION_PX = 224  # of the longer side of the photos that give the scales of the maps
MOST_PHOTOS = 32  # that are taken; more hardly move the scales


def export(
    backbone: Backbone, path: Path, *, precision: str = "float32", photos: Sequence[Path] = ()
) -> list[str]:
    """Writes the model of `write_onnx` and returns the names of its outputs.

    `precision`: float32, float16 or int8. `photos`: for int8, of which MOST_PHOTOS are taken,
    evenly. Raises ConfigError for int8 without photos, and what `open_picture` raises.
    """
    if precision == "int8" and not photos:
        raise ConfigError("int8 needs photos, whose features give the scales of the maps")
    with replacing(path) as temporary:
        outputs = write_onnx(backbone, temporary)
        if precision == "float16":
            onnx.save(in_half_precision(onnx.load(temporary)), temporary)
        elif precision == "int8":
            taken = photos[:: max(1, len(photos) // MOST_PHOTOS)][:MOST_PHOTOS]
            pictures = [scaled(open_picture(photo), CALIBRATION_PX) for photo in taken]
            quantize(temporary, temporary, ({PICTURE: to_tensor(p).numpy()} for p in pictures))
    return outputs


def in_half_precision(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its weights in 16 bits, which a runtime makes single when it loads them."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph, casts = result.graph, []
    for weight in graph.initializer:
        if weight.data_type == TensorProto.FLOAT:
            name, halved = weight.name, numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(halved, f"{name}_half"))
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(result)
    return result


def quantize(
    source: Path,
    path: Path,
    inputs: Iterable[Feeds],
    *,
    operators: Sequence[str] | None = None,
    kept: Sequence[str] = (),
) -> None:
    """Writes a model in 8 bits. `inputs`: of the runs that give the scales of the maps.

    `operators`: their kinds, by default all that can be integers. `kept`: the names of nodes that
    stay in float32.
    """
    from onnxruntime.quantization import QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a preparation that has been made
    try:
        with tempfile.TemporaryDirectory() as folder:
            prepared = Path(folder) / "prepared.onnx"
            quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
            quantize_static(
                str(prepared),
                str(path),
                _Inputs(inputs),
                op_types_to_quantize=operators,
                nodes_to_exclude=list(kept),
                per_channel=True,
                # 7 bits of weights: sums of 8 bits overflow on processors without VNNI.
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
    finally:
        root.setLevel(level)


class _Inputs:
    """What onnxruntime asks for the inputs of a calibration."""

    def __init__(self, inputs: Iterable[Feeds]) -> None:
        self._left = iter(inputs)

    def get_next(self) -> Feeds | None:
        """The inputs of the next run, or None behind the last."""
        return next(self._left, None)
