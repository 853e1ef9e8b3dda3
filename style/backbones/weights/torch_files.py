"""State dicts in files of PyTorch, which are pickles: read without running any code of theirs."""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from style.backbones.weights.converters import Tensors
from style.errors import WeightsMissing

# Under which training programs store the state dict, beside the epoch and the optimizer.
WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights")
PICKLE = "data.pkl"
MOST_PICKLE_BYTES = 16 << 20  # the names and shapes of a million tensors need less
MOST_RATIO = 4  # of unpacked bytes to those of the file
SAVE_ADVICE = "save its tensors alone: torch.save(model.state_dict(), FILE)"

_REFUSED_CLASS = re.compile(r"GLOBAL ([\w.]+)")


def read_torch_file(path: Path) -> Tensors:
    """The tensors of a `.pth` or `.pt` file by name, also where they are wrapped.

    Raises WeightsMissing where the file is damaged, has other objects than tensors in it, which
    only running its code would restore, or is not a dictionary of tensors.
    """
    _check_unpacked_size(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a compiled program, which is an error here
            stored = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, EOFError, RuntimeError, ValueError, KeyError) as error:
        raise WeightsMissing(
            f"{path} cannot be read safely as weights: {_reason(error)}"
        ) from error
    return _state_dict(stored, path)


def _check_unpacked_size(path: Path) -> None:
    """Raises WeightsMissing for a file that would take far more memory than it has bytes.

    PyTorch writes a .zip archive without compression, in which the pickle alone is small.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WeightsMissing(f"{path} cannot be read safely as weights: {error}") from error
    pickled = max((i.file_size for i in infos if i.filename.endswith(PICKLE)), default=0)
    if pickled > MOST_PICKLE_BYTES:
        raise WeightsMissing(
            f"{path}: {PICKLE} in it has {pickled} bytes; allowed: {MOST_PICKLE_BYTES};"
            f" {SAVE_ADVICE}"
        )
    unpacked, size = sum(info.file_size for info in infos), path.stat().st_size
    if unpacked > MOST_RATIO * size + MOST_PICKLE_BYTES:
        raise WeightsMissing(
            f"{path} has {size} bytes and unpacks to {unpacked}; allowed: {MOST_RATIO} times as"
            f" many; {SAVE_ADVICE}"
        )


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
