"""Weights from a file of one's own: `hitsujun weights import FILE --backbone NAME`."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save_file

from data.cache import replacing
from style.backbones.networks import network_of
from style.backbones.registry import Facts
from style.backbones.weights.caffe import read_caffemodel, read_net
from style.backbones.weights.converters import Tensors, from_caffe, from_torchvision
from style.backbones.weights.store import imported_path
from style.errors import WeightsMissing

SUFFIXES = (".safetensors", ".pth", ".pt", ".caffemodel", ".net")


def import_weights(path: Path, facts: Facts) -> Path:
    """Checks the tensors of a file against a backbone, and copies them into the cache.

    From then on they are used in place of the backbone's own. A PyTorch file is loaded without
    running any code of it. Returns the path in the cache. Raises WeightsMissing where the file has
    none of SUFFIXES or is damaged, or where a tensor is missing, too many or of another shape
    (the message names it); OSError where it cannot be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise WeightsMissing(f"{path}: the suffix must be one of {', '.join(SUFFIXES)}")
    content = path.read_bytes()
    tensors = _read_tensors(path, content, facts)
    if "features.0.weight" in tensors:
        tensors = from_torchvision(facts.name)(tensors)
    try:
        network_of(facts.name).load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise WeightsMissing(f"{path} does not fit {facts.name}: {reason}") from error
    imported = imported_path(facts)
    digest = hashlib.sha256(content).hexdigest()
    with replacing(imported) as partial:
        save_file(tensors, partial, metadata={"source": f"{path.name}, sha256 {digest}"})
    return imported


def _read_tensors(path: Path, content: bytes, facts: Facts) -> Tensors:
    suffix = path.suffix.lower()
    try:
        if suffix == ".caffemodel":
            return from_caffe(read_caffemodel(content), facts.name, path)
        if suffix == ".net":
            return from_caffe(read_net(content), facts.name, path)
        if suffix == ".safetensors":
            return dict(load_safetensors(content))
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, EOFError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsMissing(f"{path} cannot be read safely as weights: {reason}") from error
    stored = stored.get("state_dict", stored) if isinstance(stored, dict) else stored
    if not isinstance(stored, dict) or not all(torch.is_tensor(v) for v in stored.values()):
        raise WeightsMissing(f"{path} is not a dictionary of tensors (a state dict)")
    return {str(name): tensor.contiguous() for name, tensor in stored.items()}
