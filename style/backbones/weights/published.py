"""Weights that `hitsujun publish` wrote, or others: a file, a folder, or a URL with its sha256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from safetensors import SafetensorError, safe_open

from data.model_card import CARD, contradicts_card
from style.backbones.sources import URL_SCHEMES, UrlFile
from style.backbones.weights.download import download_file
from style.errors import WeightsMissing

BACKBONE, CLASSES = "backbone", "classes"  # in the metadata of a published file
SUFFIX = ".safetensors"


def located(source: str, folder: Path, *, sha256: str | None = None) -> Path:
    """The weight file of a source; one behind a URL is downloaded into `folder`.

    A folder has one file of SUFFIX. `sha256`: what the file must have; a URL needs it. Raises
    WeightsMissing where the file is not there, or has another sha256 than that or than the model
    card beside it states.
    """
    if source.startswith(URL_SCHEMES):
        return _downloaded(source, folder, sha256)
    path = _weights_in(Path(source)) if Path(source).is_dir() else Path(source)
    if sha256 and hashlib.sha256(path.read_bytes()).hexdigest() != sha256.lower():
        raise WeightsMissing(
            f"{path} has another sha256 than {sha256}: compare that with its model card, or get the"
            " file again"
        )
    if contradicts_card(path):
        raise WeightsMissing(
            f"{path} has another sha256 than {CARD} beside it states: get both again"
        )
    return path


def stated_backbone(path: Path) -> str | None:
    """The backbone that a published file is for; None where the file does not say."""
    if path.suffix.lower() != SUFFIX:
        return None
    try:
        with safe_open(path, framework="pt") as file:
            return (file.metadata() or {}).get(BACKBONE)
    except SafetensorError:
        return None  # whoever reads the tensors says what is wrong


def _downloaded(url: str, folder: Path, sha256: str | None) -> Path:
    if not sha256:
        raise WeightsMissing(f"{url}: a URL needs --sha256, which its model card states")
    name = url.partition("?")[0].rpartition("/")[2]
    path = folder / (name if Path(name).suffix else f"weights{SUFFIX}")
    path.write_bytes(download_file(UrlFile(url, sha256.lower(), 0, ""), folder))
    return path


def _weights_in(folder: Path) -> Path:
    paths = sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    if len(paths) == 1:
        return paths[0]
    found = f"{len(paths)}: give one of them" if paths else "none"
    raise WeightsMissing(
        f"{folder}: a folder of published weights has one {SUFFIX}; here are {found}"
    )
