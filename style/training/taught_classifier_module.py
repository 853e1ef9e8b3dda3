"""Training on classes and on a teacher's logits: `lightning fit` with `class_path` of this module.

```sh
lightning fit --config style/configs/squeezenet_imagenet.yaml \\
    --model=style.training.taught_classifier_module.TaughtClassifierModule \\
    --model.init_args.teacher=squeezenet1_0
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional

from style.backbones.class_names import CLASSES
from style.backbones.imagenet_classes import logits_layer
from style.errors import ConfigError
from style.training.classifier_module import ClassifierModule


class TaughtClassifierModule(ClassifierModule):
    """Trains a network to tell classes as the photos' labels and a teacher do (arXiv 1503.02531).

    `teacher`: a backbone with its logits of ImageNet's classes, which sees the same pictures.
    `teacher_classes`: for each class of the data the index of the teacher's; None: all 1,000, as
    they are. `teacher_weight`: of the teacher, and the rest of the labels. `temperature`: divides
    both logits, so that the teacher's less likely classes count more. Other settings are those of
    `ClassifierModule`.

    Raises ConfigError where classes and `teacher_classes` do not fit, and for a weight outside
    [0, 1] or a temperature that is not above 0.
    """

    teacher_classes: torch.Tensor

    def __init__(
        self,
        *,
        teacher: str = "squeezenet1_0",
        teacher_classes: list[int] | None = None,
        teacher_weight: float = 0.5,
        temperature: float = 2.0,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        chosen = range(CLASSES) if teacher_classes is None else teacher_classes
        _check(chosen, self.classes)
        if not 0 <= teacher_weight <= 1:
            raise ConfigError(f"teacher_weight is {teacher_weight}; allowed: 0 to 1")
        if temperature <= 0:
            raise ConfigError(f"temperature is {temperature}; allowed: above 0")
        self.teacher_weight, self.temperature = teacher_weight, temperature
        self.register_buffer("teacher_classes", torch.tensor(list(chosen)), persistent=False)

    def training_loss(
        self, logits: torch.Tensor, images: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        hard = super().training_loss(logits, images, labels)
        own = functional.log_softmax(logits.float() / self.temperature, dim=1)
        its = functional.log_softmax(self.teacher_logits(images) / self.temperature, dim=1)
        soft = functional.kl_div(own, its, reduction="batchmean", log_target=True)
        weight = self.teacher_weight
        return (1 - weight) * hard + weight * self.temperature**2 * soft

    @torch.no_grad()
    def teacher_logits(self, images: torch.Tensor) -> torch.Tensor:
        """(B, classes) of images (B, 3, H, W). Raises ConfigError where the teacher has none."""
        layer = logits_layer(self.teacher)
        logits = self.teacher(images, {layer})[layer].float()
        if logits.ndim == 4:  # SqueezeNet's are a map
            logits = logits.relu().mean(dim=(2, 3))
        chosen: torch.Tensor = logits[:, self.teacher_classes]
        return chosen


def _check(chosen: Sequence[int], classes: int) -> None:
    if len(chosen) != classes:
        raise ConfigError(
            f"the data has {classes} classes, the teacher {len(chosen)}: give teacher_classes"
        )
    if outside := [n for n in chosen if not 0 <= n < CLASSES]:
        raise ConfigError(f"teacher_classes has {outside[0]}; allowed: 0 to {CLASSES - 1}")
