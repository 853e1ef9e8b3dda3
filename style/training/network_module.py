"""What the trainings of a backbone's network have in common: the network, and its optimizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from safetensors.torch import load_file
from torch import nn

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.errors import ConfigError
from style.training.checkpoint import read_checkpoint
from style.training.learning_rate import scheduled
from style.training.trainable import NETWORK


@dataclass(frozen=True)
class Schedule:
    """The schedule of SGD with Nesterov's momentum.

    The learning rate rises over the fraction `warmup` of all steps to `learning_rate`, then falls
    along a cosine. `weight_decay` is of matrices and kernels, not of biases and norms.
    """

    learning_rate: float = 0.4
    momentum: float = 0.9
    weight_decay: float = 5e-5
    warmup: float = 0.05


class NetworkModule(L.LightningModule):
    """Has the network of a registered backbone, or its first layers, which a subclass trains.

    `start_from`: a checkpoint with such a network, or a file of published weights (safetensors by
    torchvision's names); tensors of another shape, such as those of another number of classes, are
    not used. Raises UnknownBackbone, and ConfigError where the file has none of the network's
    tensors.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(
        self, network: nn.Module, backbone: str, *, start_from: str | None, schedule: Schedule
    ) -> None:
        super().__init__()
        self.schedule, self.network = schedule, network
        facts = facts_of(backbone)
        for name in ("mean", "std"):
            values = torch.tensor(getattr(facts, name)).view(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)
        self._loaded: list[Backbone] = []  # in a list, so that it is no module of this one
        if start_from:
            self._start_from(start_from)

    @property
    def teacher(self) -> Backbone:
        """Of modules with such a setting: the backbone that it names.

        Loaded when it is first asked for; it is neither trained nor in a checkpoint.
        """
        if not self._loaded:
            self._loaded.append(Backbone.load(self.hparams["teacher"]).placed(self.device))
        return self._loaded[0]

    def normalized(self, images: torch.Tensor) -> torch.Tensor:
        """Images (B, 3, H, W), sRGB in [0, 1], as the network takes them."""
        images = images.contiguous(memory_format=torch.channels_last)
        return (images - self.mean) / self.std

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        groups = _decayed_groups(self, self.schedule.weight_decay)
        return scheduled(self.optimizer(groups), self, warmup=self.schedule.warmup)

    def optimizer(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """Of parameters in groups; a subclass may take another."""
        schedule = self.schedule
        return torch.optim.SGD(
            groups, lr=schedule.learning_rate, momentum=schedule.momentum, nesterov=True
        )

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Adds what a model card tells: the last figures, and the classes."""
        metrics = self.trainer.callback_metrics.items()
        checkpoint["figures"] = {name: float(value) for name, value in metrics}
        checkpoint["class_names"] = list(getattr(self.trainer.datamodule, "classes", ()))  # type: ignore[attr-defined]

    def _start_from(self, path: str) -> None:
        if path.endswith(".safetensors"):
            stored = load_file(path)
        else:
            stored = read_checkpoint(Path(path), prefix=NETWORK).tensors
        tensors = {
            name: stored[name]
            for name, tensor in self.network.state_dict().items()
            if getattr(stored.get(name), "shape", None) == tensor.shape
        }
        if not tensors:
            raise ConfigError(f"start_from: {path} has no tensor of this network")
        self.network.load_state_dict(tensors, strict=False)


def _decayed_groups(module: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """The parameters for an optimizer: matrices and kernels with weight decay, vectors without."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
