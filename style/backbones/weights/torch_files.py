"""State dicts in files of PyTorch, which are pickles: read without running any code of theirs."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from data.errors import DataError
from data.torch_archive import check_unpacked_size
from style.backbones.weights.converters import Tensors
from style.errors import WeightsMissing

# Under which training programs store the state dict, beside the epoch and the optimizer.
WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights")
SAVE_ADVICE = "save its tensors alone: torch.save(model.state_dict(), FILE)"

_REFUSED_CLASS = re.compile(r"GLOBAL ([\w.]+)")


def read_torch_file(path: Path) -> Tensors:
    """The tensors of a `.pth` or `.pt` file by name, also where they are wrapped.

    Raises WeightsMissing where the file is damaged, has other objects than tensors in it, which
    only running its code would restore, or is not a dictionary of tensors.
    """
    try:
        check_unpacked_size(path)
    except DataError as error:
        raise WeightsMissing(f"{error}; {SAVE_ADVICE}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a compiled program, which is an error here
            stored = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, EOFError, RuntimeError, ValueError, KeyError) as error:
        raise WeightsMissing(
            f"{path} cannot be read safely as weights: {_reason(error)}"
        ) from error
    return _state_dict(stored, path)


def _reason(error: Exception) -> str:
    """Why a file was refused, without torch's advice to load it unsafely."""
    if refused := _REFUSED_CLASS.search(str(error)):
        return f"it contains the Python object {refused[1]}; {SAVE_ADVICE}"
    if "TorchScript" in str(error):
        return f"it is a compiled program (TorchScript); {SAVE_ADVICE}"
    return f"it is damaged, or not a state dict; if it is a model, {SAVE_ADVICE}"


def _state_dict(stored: Any, path: Path) -> Tensors:
    while isinstance(stored, Mapping) and not _has_tensors(stored):
        wrapper = next((name for name in WRAPPERS if name in stored), None)
        if wrapper is None:
            break
        stored = stored[wrapper]
    if not isinstance(stored, Mapping) or not _has_tensors(stored):
        raise WeightsMissing(f"{path} is not a dictionary of tensors (a state dict)")
    return {str(name): value for name, value in stored.items() if torch.is_tensor(value)}


def _has_tensors(stored: Mapping[Any, Any]) -> bool:
    return any(torch.is_tensor(value) for value in stored.values())
