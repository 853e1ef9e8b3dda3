"""Descent by Adam, for losses that L-BFGS cannot follow; the picture is the mean of its steps."""

from __future__ import annotations

import torch

from style.errors import NotFinite
from style.optimizers.optimizer import Minimisable, State, is_finite
from style.runs.progress import Losses

BETAS = (0.9, 0.99)  # as crowsonkb/style-transfer-pytorch, which also averages
MEMORY = 0.1  # fraction of the steps that the mean covers; larger = smoother, but older
LONGEST = 100  # steps that it covers at most


class AdamDescent:
    """Moves `pixels` (1, 3, H, W) down the loss by steps of `step_size` of white, within [0, 1].

    Ends at the exponentially weighted mean of its steps, in which their oscillation cancels out.
    """

    def __init__(
        self, pixels: torch.Tensor, loss: Minimisable, *, steps: int, step_size: float
    ) -> None:
        self.pixels, self.loss, self.count = pixels, loss, 0
        self.optimizer = torch.optim.Adam([pixels], lr=step_size, betas=BETAS)
        self.decay = 1 - 1 / min(max(1.0, MEMORY * steps), LONGEST)
        self.mean = torch.zeros_like(pixels.data)

    def step(self) -> Losses:
        """As `Optimizer.step`."""
        losses = self.loss.evaluate(self.pixels)
        if not is_finite(losses, self.pixels):
            raise NotFinite
        self.optimizer.step()
        self.pixels.data.clamp_(0, 1)
        self.mean.lerp_(self.pixels.data, 1 - self.decay)
        self.count += 1
        return losses

    def objective_changed(self) -> None:
        """Nothing to do: the moving averages adapt."""

    def good_picture(self) -> torch.Tensor | None:
        """As `Optimizer.good_picture`."""
        return self.mean / (1 - self.decay**self.count) if self.count else None

    def finish(self) -> None:
        """The mean of the steps."""
        mean = self.good_picture()
        assert mean is not None
        self.pixels.data.copy_(mean)

    def state_dict(self) -> State:
        """As `Optimizer.state_dict`."""
        own = {"pixels": self.pixels.detach(), "mean": self.mean, "count": torch.tensor(self.count)}
        state = self.optimizer.state[self.pixels] | own
        return {name: tensor.clone() for name, tensor in state.items()}

    def load_state_dict(self, state: State) -> None:
        """As `Optimizer.load_state_dict`."""
        self.pixels.data.copy_(state["pixels"])
        self.mean.copy_(state["mean"])
        self.count = int(state["count"])
        self.optimizer.state[self.pixels] = {
            name: state[name].to(self.pixels.device if name != "step" else "cpu")
            for name in ("step", "exp_avg", "exp_avg_sq")
        }
