"""One scale of a painting: what is optimised there, step by step, and its state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch

from style.config.stylize import StylizeConfig
from style.errors import NotFinite
from style.optimizers.adam_descent import AdamDescent
from style.optimizers.lbfgs_descent import LbfgsDescent
from style.optimizers.optimizer import Optimizer
from style.runs.checkpoint import Tensors
from style.runs.progress import Losses
from style.transfer.balance import seen_by_others
from style.transfer.criterion import Criterion
from style.transfer.match_schedule import MatchSchedule
from style.transfer.painting import Painting

DREAM_STARTS = 1 / 2  # fraction of the steps at a size after which the dream starts


class Scale:
    """A scale of a painting, begun from the painting's picture."""

    def __init__(self, painting: Painting, number: int) -> None:
        self.painting, self.number, self.steps = painting, number, painting.config.steps
        self.pixels, self.criterion = painting.start_of(number), painting.criterion(number)
        self.optimizer = _optimizer(self.pixels, self.criterion, painting.config)
        if painting.balance:
            self.criterion.weigh_content(painting.balance.weight)
        self.matching = MatchSchedule(painting, number) if self.criterion.matching else None

    def step(self, step: int) -> Losses:
        """The losses of a step, from 1. Raises NotFinite that names it and has the picture."""
        if self.matching and self.matching.match(step, self.pixels, self.criterion):
            self.optimizer.objective_changed()
        losses = self._optimizer_step(step)
        if self._balance(step, losses["content"]):
            self.optimizer.objective_changed()
        if self.painting.recipe.has_dream and step == self._dream_start:
            self.criterion.start_dream(self.pixels)
            self.optimizer.objective_changed()
        if step == self.steps:
            self.optimizer.finish()
        return losses

    def state(self, step: int, losses: Losses) -> tuple[Tensors, dict[str, Any]]:
        """All that `resume` needs, and where it is, as a Checkpoint keeps them."""
        tensors = self.optimizer.state_dict()
        tensors |= {"generator": self.painting.generator.get_state()}
        dreaming = self.criterion.dream.state_dict() if self.criterion.dream else None
        where = {"scale": self.number, "step": step, "dream": dreaming, "losses": losses}
        if self.painting.balance:
            where["balance"] = self.painting.balance.state_dict()
        if self.matching:
            matched, how = self.matching.state()
            tensors, where = tensors | matched, where | how
        return tensors, where

    def resume(self, saved: Tensors, position: Mapping[str, Any]) -> None:
        """Continues from what `state` gave."""
        self.painting.generator.set_state(saved["generator"])
        self.optimizer.load_state_dict(saved)
        if self.matching:
            self.matching.resume(self.criterion, saved["matched"], by_layer=position["by_layer"])

    def end(self) -> None:
        """Leaves the picture and the dream to the painting."""
        self.painting.dream = self.criterion.dream
        self.painting.picture = self.pixels.detach().clamp(0, 1).cpu()

    @property
    def _dream_start(self) -> int:
        return math.ceil(self.steps * DREAM_STARTS)

    def _balance(self, step: int, content_loss: float) -> bool:
        """Lets the balance follow the content loss before a step; whether its weight changed.

        The weight stays once a dream has started at this size: to follow the loss then would pull
        back what is dreamt.
        """
        if not (balance := self.painting.balance):
            return False
        error = seen_by_others(content_loss, self.criterion.content_loss_of_styles)
        if self.criterion.dream and step > self._dream_start:
            balance.error = error
            return False
        if not balance.follow(step, self.steps, error):
            return False
        self.criterion.weigh_content(balance.weight)
        return True

    def _optimizer_step(self, step: int) -> Losses:
        painting = self.painting
        try:
            started = painting.cache.clock()
            losses = self.optimizer.step()
            painting.note_step(self.number, painting.cache.clock() - started)
            return losses
        except NotFinite:
            sizes = painting.sizes
            where = f"{sizes[self.number]} px (size {self.number + 1} of {len(sizes)})"
            error = NotFinite(
                f"the loss is not finite at {where}, step {step} of {self.steps}: give smaller"
                " weights of the losses, or --precision float32, or check imported weights"
            )
            pixels = self.optimizer.good_picture()
            if pixels is None and self.number > 0:
                pixels = painting.picture
            error.picture = None if pixels is None else painting.rendered(pixels)
            raise error from None


def _optimizer(pixels: torch.Tensor, criterion: Criterion, config: StylizeConfig) -> Optimizer:
    if config.optimizer == "adam":
        return AdamDescent(pixels, criterion, steps=config.steps, step_size=config.step_size)
    return LbfgsDescent(pixels, criterion)
