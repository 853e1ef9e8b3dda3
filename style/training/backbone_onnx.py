"""A backbone's features as an ONNX model, for phones and browsers."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import nn

from style.backbones.backbone import Backbone
from style.backbones.layers import LOGITS

OPSET = 18
PICTURE = "picture"  # the input: (1, 3, H, W) float32, sRGB in [0, 1]


class Features(nn.Module):
    """The features of some layers as a tuple, from pictures that are not normalised yet."""

    def __init__(self, backbone: Backbone, layers: list[str]) -> None:
        super().__init__()
        self.backbone, self.layers = backbone, layers

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.backbone(picture, self.layers)
        return tuple(features[layer] for layer in self.layers)


def write_onnx(backbone: Backbone, path: Path) -> list[str]:
    """Writes a model of a backbone's default layers, and of its logits where it has them.

    Input: PICTURE, of any height and width. Outputs: features by the names of their layers, which
    are returned.
    """
    layers = exported_layers(backbone)
    side = max(64, backbone.facts.least_px)
    with warnings.catch_warnings():
        # Torch's newer exporter needs onnxscript, and writes the same graph of these networks.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Features(backbone, layers),
            (torch.rand(1, 3, side, side),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[PICTURE],
            output_names=layers,
            dynamic_axes={name: {2: "height", 3: "width"} for name in (PICTURE, *layers)},
        )
    return layers


def exported_layers(backbone: Backbone) -> list[str]:
    """The default layers of a backbone, and its logits where it has them."""
    names = [*backbone.facts.style, *backbone.facts.content]
    names += [name for name in (LOGITS,) if name in backbone.layer_names()]
    return list(dict.fromkeys(names))
