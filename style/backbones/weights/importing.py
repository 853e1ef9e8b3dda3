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
from style.backbones.weights.caffe import read_caffemodel, read_net, tensors_of
from style.backbones.weights.converters import Tensors, from_torchvision
from style.backbones.weights.store import imported_path
from style.errors import WeightsMissing

ENDINGS = (".safetensors", ".pth", ".pt", ".caffemodel", ".net")


def import_weights(path: Path, facts: Facts) -> Path:
    """Checks a file's tensors against a backbone and keeps them in the cache, to be used first.

    A PyTorch file is loaded without running any code of it. Raises WeightsMissing where the file is
    none of ENDINGS or damaged, or where a tensor lacks or is too many, naming it; OSError.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise WeightsMissing(f"{path}: the ending is one of {', '.join(ENDINGS)}")
    content = path.read_bytes()
    tensors = _tensors(path, content, facts)
    if "features.0.weight" in tensors:
        tensors = from_torchvision(facts.name)(tensors)
    try:
        network_of(facts.name).load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise WeightsMissing(f"{path} does not fit {facts.name}: {reason}") from error
    kept = imported_path(facts)
    digest = hashlib.sha256(content).hexdigest()
    with replacing(kept) as partial:
        save_file(tensors, partial, metadata={"source": f"{path.name}, sha256 {digest}"})
    return kept


def _tensors(path: Path, content: bytes, facts: Facts) -> Tensors:
    ending = path.suffix.lower()
    try:
        if ending == ".caffemodel":
            return tensors_of(read_caffemodel(content), facts.name, path)
        if ending == ".net":
            return tensors_of(read_net(content), facts.name, path)
        if ending == ".safetensors":
            return dict(load_safetensors(content))
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, pickle.UnpicklingError, EOFError, RuntimeError) as error:
        if isinstance(error, WeightsMissing):
            raise
        reason = " ".join(str(error).split())[:200]
        raise WeightsMissing(f"{path} cannot be read safely as weights: {reason}") from error
    stored = stored.get("state_dict", stored) if isinstance(stored, dict) else stored
    if not isinstance(stored, dict) or not all(torch.is_tensor(v) for v in stored.values()):
        raise WeightsMissing(f"{path} holds no dictionary of tensors (a state dict)")
    return {str(name): tensor.contiguous() for name, tensor in stored.items()}
