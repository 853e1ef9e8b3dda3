"""The networks of a phone as torch modules, with the weights that ship or are fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from data.ink.sequence import FEATURES, STEPS
from kanji.recognizer.recognize import SHIPPED
from kanji.training.exported_weights import ExportedWeights
from kanji.training.ink_lstm import InkLSTM
from style.backbones.backbone import Backbone
from style.fast.network import TRUNK, WEIGHTS, FastStyle
from style.training.backbone_onnx import PICTURE, Features, exported_layers, write_onnx
from tests.bench.executorch.onnx_in_torch import OnnxInTorch

SIDE = 224  # of the pictures
STYLE = "wave"


@dataclass(frozen=True)
class Network:
    """A module that returns a tuple, its inputs, and the same network as an ONNX file.

    `constants`: further inputs of the file, which are part of the module.
    """

    module: nn.Module
    inputs: tuple[torch.Tensor, ...]
    onnx: Path
    names: tuple[str, ...]
    constants: Mapping[str, npt.NDArray[np.float32]]

    def feeds(self) -> dict[str, npt.NDArray[np.float32]]:
        """The inputs of the ONNX file."""
        given = zip(self.names, (one.numpy() for one in self.inputs), strict=True)
        return dict(given) | dict(self.constants)


def squeezenet(folder: Path) -> Network:
    """The features of SqueezeNet 1.0 that `hitsujun weights export` writes."""
    backbone, path = Backbone.load("squeezenet1_0"), folder / "squeezenet.onnx"
    write_onnx(backbone, path)
    module = Features(backbone, exported_layers(backbone)).eval()
    return Network(module, (_picture(),), path, (PICTURE,), {})


def fast_trunk(_: Path) -> Network:
    """The trunk of the fast style network, in one style."""
    style = FastStyle.load().weights({STYLE: 1.0})
    module = OnnxInTorch(WEIGHTS / TRUNK, {"style": torch.from_numpy(style)}).eval()
    return Network(module, (_picture(),), WEIGHTS / TRUNK, (PICTURE,), {"style": style})


def recognizer(_: Path) -> Network:
    """The recognizer in float32; its ONNX file is computed in 8 bits."""
    stored = ExportedWeights.read(SHIPPED)
    weights = {name: torch.from_numpy(value) for name, value in stored.weights.items()}
    module = InkLSTM(
        len(stored.labels),
        width=weights["lstm.weight_hh_l0"].shape[1],
        bottleneck=weights["squeeze.weight"].shape[0],
        rank=weights["narrow.weight"].shape[0],
        hidden=weights["context.weight"].shape[0],
    )
    # The file has the norms folded into the layers before; the last is a scale and a shift.
    module.norm1, module.norm2 = nn.Identity(), nn.Identity()  # type: ignore[assignment]
    module.norm3 = _Affine(weights["norm3.weight"], weights["norm3.bias"])  # type: ignore[assignment]
    module.load_state_dict(weights)
    inputs = (torch.rand(1, STEPS, len(FEATURES), generator=_generator()),)
    return Network(_AsTuple(module).eval(), inputs, SHIPPED, ("sequences",), {})


NETWORKS: Mapping[str, Callable[[Path], Network]] = {
    f"squeezenet1_0, {SIDE} px": squeezenet,
    f"fast style, trunk, {SIDE} px": fast_trunk,
    "recognizer": recognizer,
}


class _Affine(nn.Module):
    def __init__(self, scale: torch.Tensor, shift: torch.Tensor) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(scale), nn.Parameter(shift)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values * self.weight + self.bias


class _AsTuple(nn.Module):
    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(self.module(inputs))


def _picture() -> torch.Tensor:
    return torch.rand(1, 3, SIDE, SIDE, generator=_generator())


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)
