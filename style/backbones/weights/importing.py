"""Weights from a file of one's own: `hitsujun weights import FILE --backbone NAME`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save_file

from data.cache import replacing
from style.backbones.layers import FIRE_INDEX, PLAIN
from style.backbones.networks import network_of
from style.backbones.registry import Facts
from style.backbones.weights.caffe import read_caffemodel, read_net
from style.backbones.weights.caffe_values import has_caffe_values
from style.backbones.weights.converters import (
    SQUEEZENET_MEAN,
    VGG_MEAN,
    Tensors,
    from_caffe,
    without_caffe_preprocessing,
)
from style.backbones.weights.file_kinds import check_weights_file
from style.backbones.weights.fitting import COUNTERS, load_tensors
from style.backbones.weights.folded_norms import with_batch_norms
from style.backbones.weights.names import named_for
from style.backbones.weights.published import stated_backbone
from style.backbones.weights.store import imported_path
from style.backbones.weights.torch_files import read_torch_file
from style.errors import WeightsMissing

CAFFE_READERS = {".caffemodel": read_caffemodel, ".net": read_net}


@dataclass(frozen=True)
class Imported:
    """Weights that were imported to `path`.

    `was_caffe`: they took Caffe's input and were changed to take ours. `layers_without_weights`:
    those behind the end of the file, from input to output.
    """

    path: Path
    was_caffe: bool
    layers_without_weights: tuple[str, ...]

    def __str__(self) -> str:
        notes = [str(self.path)]
        if self.was_caffe:
            notes.append("made for BGR in [0, 255] (Caffe), changed to RGB in [0, 1]")
        if missing := self.layers_without_weights:
            notes.append(f"the file ends before {missing[0]}: {len(missing)} layers are missing")
        return "; ".join(notes)


def import_weights(path: Path, facts: Facts) -> Imported:
    """Checks the tensors of a file against a backbone, and copies them into the cache.

    From then on they are used in place of the backbone's own. A PyTorch file is loaded without
    running any code of it. Weights that expect Caffe's input are recognised by their values and
    changed to take ours. Batch norms may be folded into their convolutions. The file may end
    behind the default layers of style and content. Raises WeightsMissing where the file is no
    weights by its suffix or first bytes or is damaged, where a tensor is missing, too many or of
    another shape, or has values that no trained network has (the message names it); OSError where
    it cannot be read.
    """
    check_weights_file(path)
    content, network = path.read_bytes(), network_of(facts.name)
    tensors = named_for(_read_tensors(path, content, facts), facts.name, network.state_dict())
    tensors = {name: _checked(tensor, name, path) for name, tensor in tensors.items()}
    stated = stated_backbone(path)
    if stated not in (None, facts.name):
        raise WeightsMissing(f"{path} is for {stated}, not for {facts.name}")
    was_caffe = False
    if stated is None:  # published weights take our input
        tensors, was_caffe = _without_caffe_values(tensors, facts)
    tensors = with_batch_norms(tensors, network)
    try:
        without_weights = load_tensors(network, tensors, facts)
    except WeightsMissing as error:
        raise WeightsMissing(f"{path} does not fit {facts.name}: {error}") from error
    imported = imported_path(facts)
    digest = hashlib.sha256(content).hexdigest()
    with replacing(imported) as partial:
        save_file(tensors, partial, metadata={"source": f"{path.name}, sha256 {digest}"})
    in_order = (name for name in network.layer_names() if name in without_weights)
    return Imported(imported, was_caffe, tuple(in_order))


def _read_tensors(path: Path, content: bytes, facts: Facts) -> Tensors:
    suffix = path.suffix.lower()
    if suffix in CAFFE_READERS:
        try:
            layers = CAFFE_READERS[suffix](content)
        except WeightsMissing as error:
            raise WeightsMissing(f"{path} is {error}") from error
        return from_caffe(layers, facts.name, path)
    if suffix != ".safetensors":
        return read_torch_file(path)
    try:
        return dict(load_safetensors(content))
    except SafetensorError as error:
        raise WeightsMissing(f"{path} cannot be read as weights: {error}") from error


def _checked(tensor: torch.Tensor, name: str, path: Path) -> torch.Tensor:
    """The tensor as contiguous float32. Raises WeightsMissing for values that cannot be weights."""
    if name.endswith(COUNTERS):
        return tensor.contiguous()
    fault = ""
    if not tensor.is_floating_point():
        fault = f"is {str(tensor.dtype).removeprefix('torch.')}, not floating point"
    elif not (tensor := _as_float32(tensor)).isfinite().all():
        fault = "has values that are infinite or not numbers (NaN)"
    elif tensor.dim() > 1 and not tensor.any():
        fault = "is zero everywhere"
    if fault:
        raise WeightsMissing(f"{path} has no trained weights: {name} {fault}")
    return tensor


def _as_float32(tensor: torch.Tensor) -> torch.Tensor:
    """A copy that shares no memory with others, as safetensors requires."""
    return tensor.detach().to(torch.float32).clone(memory_format=torch.contiguous_format)


def _without_caffe_values(tensors: Tensors, facts: Facts) -> tuple[Tensors, bool]:
    """The tensors for our input, and whether they were for Caffe's."""
    if facts.name not in (*PLAIN, *FIRE_INDEX):  # their first layer has a bias of its own
        return tensors, False
    first = next(iter(network_of(facts.name).state_dict())).removesuffix(".weight")
    weight, bias = (tensors.get(f"{first}.{part}") for part in ("weight", "bias"))
    if weight is None or bias is None or weight.dim() != 4 or weight.shape[1] != 3:
        return tensors, False
    if weight.shape[:1] != bias.shape or not has_caffe_values(weight, bias):
        return tensors, False
    mean = SQUEEZENET_MEAN if facts.name in FIRE_INDEX else VGG_MEAN
    return tensors | without_caffe_preprocessing(tensors, first, mean), True
