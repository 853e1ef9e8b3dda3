"""L-BFGS (Liu and Nocedal, 1989): a way down that learns the objective's curvature as it goes.

Without a line search: a step costs one gradient, and where it was too long the next pair of
gradients tells so. Pairs are kept in half precision, each scaled to its largest value, which takes
half of the memory and was not seen to cost a step. What is not yet known of the curvature is taken
to be that of a picture, whose coarse parts move further than its fine ones (`_eased`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import torch

# Pairs that are remembered: what these bytes hold, 10 at 512 by 512 px. Sixty come in 200 steps to
# what ten come to in 275 (docs/descent.md).
PAIRS_BYTES, FEWEST, MOST = 32e6, 10, 100
FIRST = 0.03  # root mean square of the first change, of white, when nothing is known yet
COARSE = 1 / 16  # cycles a pixel, below which all moves alike; less = coarse parts move further
FLAT = 1e-10  # curvature below which a pair is not learnt from, of the gradients' change squared

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Pair:
    """A step and how it changed the gradient, each over its largest value; `ratio`: of those.

    `curvature`: their product; all as they are rounded, so that a pair agrees with itself.
    """

    step: torch.Tensor
    change: torch.Tensor
    ratio: float
    curvature: float

    @classmethod
    def of(cls, step: torch.Tensor, change: torch.Tensor) -> Pair:
        """From float32."""
        long, steep = (max(float(t.abs().max()), 1e-30) for t in (step, change))
        step, change = (step / long).half(), (change / steep).half()
        return cls(step, change, steep / long, _dot(step, change) * steep / long)

    @property
    def is_curved(self) -> bool:
        """Whether the objective bends upwards there, as at the bottom of a valley."""
        return self.curvature > FLAT * self.ratio**2 * _dot(self.change, self.change)


def _dot(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(torch.dot(one.flatten().float(), other.flatten().float()))


class Lbfgs:
    """Turns each gradient into the change of the picture, both (1, 3, H, W) float32.

    `moving` (1, 1, H, W) is 0 where the picture stays as it is, and so are all gradients.
    """

    def __init__(self, moving: torch.Tensor | None = None) -> None:
        self.moving = 1.0 if moving is None else moving
        self.pairs = deque[Pair]()
        self.last: tuple[torch.Tensor, torch.Tensor] | None = None  # gradient and change

    def change(self, gradient: torch.Tensor) -> torch.Tensor:
        """What to add to the picture whose gradient this is."""
        if self.last:
            pair = Pair.of(self.last[1], gradient - self.last[0])
            if pair.is_curved:
                self.pairs.append(pair)
            if len(self.pairs) > remembered(gradient.numel()):
                self.pairs.popleft()
        way = self._newton(gradient) if self.pairs else self._first(gradient)
        self.last = gradient.clone(), way
        return way

    def forget_last(self) -> None:
        """The last gradient and the next are of two objectives, and tell nothing together."""
        self.last = None

    def state(self) -> Tensors:
        """All that the next change depends on; none of it is changed later."""
        numbers = [[pair.ratio, pair.curvature] for pair in self.pairs]
        state = {"numbers": torch.tensor(numbers, dtype=torch.float64).reshape(-1, 2)}
        for place, pair in enumerate(self.pairs):
            state |= {f"step.{place}": pair.step, f"change.{place}": pair.change}
        return state | (
            dict(zip(("gradient", "last"), self.last, strict=True)) if self.last else {}
        )

    def restore(self, state: Tensors, device: torch.device) -> None:
        """Goes on from what `state` gave, on a device."""
        self.pairs.clear()
        for place, numbers in enumerate(state["numbers"].tolist()):
            step, change = (state[f"{name}.{place}"].to(device) for name in ("step", "change"))
            self.pairs.append(Pair(step, change, *numbers))
        if "gradient" in state:
            self.last = state["gradient"].to(device), state["last"].to(device)

    def _first(self, gradient: torch.Tensor) -> torch.Tensor:
        way = _eased(gradient).mul_(self.moving)
        return way * (-FIRST / max(float(way.square().mean().sqrt()), 1e-30))

    def _newton(self, gradient: torch.Tensor) -> torch.Tensor:
        """The gradient by what is known of the inverse curvature: the two-loop recursion."""
        way, shares = -gradient, list[float]()
        for pair in reversed(self.pairs):
            shares.append(_dot(pair.step, way) / pair.curvature)
            way.sub_(pair.change, alpha=shares[-1] * pair.ratio)
        newest = self.pairs[-1]
        eased = _eased(newest.change.float()).mul_(self.moving)
        bend = newest.ratio**2 * _dot(newest.change, eased)
        way = _eased(way).mul_(self.moving).mul_(newest.curvature / bend)
        for pair in self.pairs:
            back = pair.ratio * _dot(pair.change, way) / pair.curvature
            way.add_(pair.step, alpha=shares.pop() - back)
        return way


def remembered(values: int) -> int:
    """How many pairs, of pictures of so many values."""
    return min(MOST, max(FEWEST, int(PAIRS_BYTES // (2 * torch.half.itemsize * values))))


def _eased(gradient: torch.Tensor) -> torch.Tensor:
    """Each frequency over its height, as the spectrum of pictures falls (Field, 1987)."""
    height, width = gradient.shape[2:]
    place = {"device": gradient.device, "dtype": gradient.dtype}
    down, across = torch.fft.fftfreq(height, **place), torch.fft.rfftfreq(width, **place)
    size = COARSE / (torch.hypot(down[:, None], across[None]) + COARSE)
    eased: torch.Tensor = torch.fft.irfft2(torch.fft.rfft2(gradient) * size, s=(height, width))
    return eased
