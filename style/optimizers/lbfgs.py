"""L-BFGS (Liu and Nocedal, 1989): descent that learns the objective's curvature from its steps.

There is no line search: a step costs one gradient, and the next pair of gradients corrects a step
that was too long. Pairs are kept in half precision, each scaled to its largest value, which halves
the memory and cost no step in our measurements. The initial curvature is that of pictures, whose
low frequencies move further than their high ones (`_preconditioned`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import torch

# Pairs that are remembered: as many as these bytes hold, 10 at 512 by 512 px. 60 pairs reach in 200
# steps what 10 pairs reach in 275 (docs/descent.md).
PAIRS_BYTES, FEWEST, MOST = 32e6, 10, 100
FIRST = 0.03  # root mean square of the first change, as a fraction of white; there are no pairs yet
COARSE = 1 / 16  # cycles per pixel at which the gain is 1/2; smaller = high frequencies move less
FLAT = 1e-10  # curvature below which a pair is dropped, relative to the change's squared norm

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Pair:
    """A step and the change of the gradient, each divided by its largest value.

    `ratio`: the largest value of the change over that of the step. `curvature`: the dot product of
    the two times `ratio`, computed from the rounded values, so that a pair is consistent.
    """

    step: torch.Tensor
    change: torch.Tensor
    ratio: float
    curvature: float

    @classmethod
    def of(cls, step: torch.Tensor, change: torch.Tensor) -> Pair:
        """The pair of a step and a change in float32."""
        largest_step, largest_change = (max(float(t.abs().max()), 1e-30) for t in (step, change))
        step, change = (step / largest_step).half(), (change / largest_change).half()
        ratio = largest_change / largest_step
        return cls(step, change, ratio, _dot(step, change) * largest_change / largest_step)

    @property
    def is_curved(self) -> bool:
        """Whether the objective is convex along the step."""
        return self.curvature > FLAT * self.ratio**2 * _dot(self.change, self.change)


def _dot(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.dot(one.flatten().float(), other.flatten().float()))


class Lbfgs:
    """Turns each gradient into the change of the picture, both (1, 3, H, W) float32.

    `mask` (1, 1, H, W) is 0 where the picture stays as it is; there all gradients are 0.
    """

    def __init__(self, mask: torch.Tensor | None = None) -> None:
        self.mask = 1.0 if mask is None else mask
        self.pairs = deque[Pair]()
        self.last: tuple[torch.Tensor, torch.Tensor] | None = None  # gradient and change

    def change(self, gradient: torch.Tensor) -> torch.Tensor:
        """What to add to the picture that has this gradient."""
        if self.last:
            pair = Pair.of(self.last[1], gradient - self.last[0])
            if pair.is_curved:
                self.pairs.append(pair)
            if len(self.pairs) > remembered(gradient.numel()):
                self.pairs.popleft()
        change = self._newton(gradient) if self.pairs else self._first(gradient)
        self.last = gradient.clone(), change
        return change

    def forget_last(self) -> None:
        """The next gradient is of another objective, so that it makes no pair with the last one."""
        self.last = None

    def state_dict(self) -> Tensors:
        """All that the next change depends on, as tensors that no later change modifies."""
        numbers = [[pair.ratio, pair.curvature] for pair in self.pairs]
        state = {"numbers": torch.tensor(numbers, dtype=torch.float64).reshape(-1, 2)}
        for index, pair in enumerate(self.pairs):
            state |= {f"step.{index}": pair.step, f"change.{index}": pair.change}
        return state | (
            dict(zip(("gradient", "last"), self.last, strict=True)) if self.last else {}
        )

    def load_state_dict(self, state: Tensors, device: torch.device) -> None:
        """Continues from what `state_dict` gave, on a device."""
        self.pairs.clear()
        for index, numbers in enumerate(state["numbers"].tolist()):
            step, change = (state[f"{name}.{index}"].to(device) for name in ("step", "change"))
            self.pairs.append(Pair(step, change, *numbers))
        if "gradient" in state:
            self.last = state["gradient"].to(device), state["last"].to(device)

    def _first(self, gradient: torch.Tensor) -> torch.Tensor:
        change = _preconditioned(gradient).mul_(self.mask)
        return change * (-FIRST / max(float(change.square().mean().sqrt()), 1e-30))

    def _newton(self, gradient: torch.Tensor) -> torch.Tensor:
        """Minus the inverse Hessian times the gradient, by the two-loop recursion."""
        change, alphas = -gradient, list[float]()
        for pair in reversed(self.pairs):
            alphas.append(_dot(pair.step, change) / pair.curvature)
            change.sub_(pair.change, alpha=alphas[-1] * pair.ratio)
        newest = self.pairs[-1]
        smoothed = _preconditioned(newest.change.float()).mul_(self.mask)
        scale = newest.curvature / (newest.ratio**2 * _dot(newest.change, smoothed))
        change = _preconditioned(change).mul_(self.mask).mul_(scale)
        for pair in self.pairs:
            beta = pair.ratio * _dot(pair.change, change) / pair.curvature
            change.add_(pair.step, alpha=alphas.pop() - beta)
        return change


def remembered(values: int) -> int:
    """How many pairs are kept for pictures of this many values."""
    return min(MOST, max(FEWEST, int(PAIRS_BYTES // (2 * torch.half.itemsize * values))))


def _preconditioned(gradient: torch.Tensor) -> torch.Tensor:
    """High frequencies damped as they are in the spectrum of pictures (Field, 1987)."""
    height, width = gradient.shape[2:]
    options = {"device": gradient.device, "dtype": gradient.dtype}
    down, across = torch.fft.fftfreq(height, **options), torch.fft.rfftfreq(width, **options)
    gain = COARSE / (torch.hypot(down[:, None], across[None]) + COARSE)
    damped: torch.Tensor = torch.fft.irfft2(torch.fft.rfft2(gradient) * gain, s=(height, width))
    return damped
