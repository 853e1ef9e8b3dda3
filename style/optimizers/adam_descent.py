"""Adam, for what L-BFGS cannot follow; the picture is the mean of where it went."""

from __future__ import annotations

import torch

from style.optimizers.optimizer import Minimisable, State
from style.runs.progress import Losses

BETAS = (0.9, 0.99)  # as crowsonkb/style-transfer-pytorch, which also averages
LOOKED_BACK = 0.1  # share of the steps that the mean looks back over; larger = calmer, staler
LONGEST = 100  # steps that it looks back over at most


class AdamDescent:
    """Moves `pixels` down the objective by steps of `step_size` of white, within [0, 1].

    Ends at the exponentially weighted mean of its steps, in which their trembling cancels out.
    """

    def __init__(
        self, pixels: torch.Tensor, objective: Minimisable, *, steps: int, step_size: float
    ) -> None:
        self.pixels, self.objective, self.count = pixels, objective, 0
        self.optimizer = torch.optim.Adam([pixels], lr=step_size, betas=BETAS)
        self.decay = 1 - 1 / min(max(1.0, LOOKED_BACK * steps), LONGEST)
        self.mean = torch.zeros_like(pixels.data)

    def step(self) -> Losses:
        """As `Walk.step`."""
        losses = self.objective.evaluated(self.pixels)
        self.optimizer.step()
        self.pixels.data.clamp_(0, 1)
        self.mean.lerp_(self.pixels.data, 1 - self.decay)
        self.count += 1
        return losses

    def anew(self) -> None:
        """As `Walk.anew`: its means follow by themselves."""

    def end(self) -> None:
        """The mean."""
        self.pixels.data.copy_(self.mean / (1 - self.decay**self.count))

    def state(self) -> State:
        """As `Walk.state`."""
        own = {"pixels": self.pixels.detach(), "mean": self.mean, "count": torch.tensor(self.count)}
        known = self.optimizer.state[self.pixels] | own
        return {name: tensor.clone() for name, tensor in known.items()}

    def restore(self, state: State) -> None:
        """As `Walk.restore`."""
        self.pixels.data.copy_(state["pixels"])
        self.mean.copy_(state["mean"])
        self.count = int(state["count"])
        self.optimizer.state[self.pixels] = {
            name: state[name].to(self.pixels.device if name != "step" else "cpu")
            for name in ("step", "exp_avg", "exp_avg_sq")
        }
