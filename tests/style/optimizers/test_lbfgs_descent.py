"""The descent where the loss is not finite: beyond a wall, or everywhere."""

import math

import pytest
import torch

from style.errors import NotFinite
from style.optimizers.lbfgs_descent import RESTARTS, LbfgsDescent
from style.runs.progress import Losses

BOTTOM = 0.9


class Bowl:
    """Lowest at BOTTOM; not a number where the picture is brighter than `wall`."""

    painted = None

    def __init__(self, wall: float = math.inf) -> None:
        self.wall = wall

    def evaluate(self, image: torch.Tensor) -> Losses:
        away, brightness = image.detach() - BOTTOM, float(image.detach().mean())
        total = float(away.square().mean()) if brightness < self.wall else math.nan
        image.grad = 2 * away / away.numel()
        return {"total": total}


def descent(wall: float = math.inf) -> LbfgsDescent:
    return LbfgsDescent(torch.full((1, 3, 8, 8), 0.5).requires_grad_(), Bowl(wall))


def test_a_step_that_was_too_long_is_taken_back() -> None:
    one = descent()
    one.step()
    before = one.step()["total"]
    one.pixels.data.fill_(1e30)  # its square is infinite
    assert one.step()["total"] == before
    assert [one.step()["total"] for _ in range(30)][-1] < 0.1 * before
    assert one.good_picture() is one.best


def test_what_stays_not_finite_is_an_error_that_keeps_the_best_picture() -> None:
    one, totals = descent(wall=0.6), list[float]()
    with pytest.raises(NotFinite):
        for _ in range(100):
            totals.append(one.step()["total"])
    assert one.restarts == RESTARTS + 1
    assert all(math.isfinite(total) for total in totals)
    good = one.good_picture()
    assert good is not None and 0.5 < float(good.mean()) < 0.6


def test_a_start_that_is_not_finite_is_an_error_without_a_picture() -> None:
    one = descent(wall=0.4)
    with pytest.raises(NotFinite):
        one.step()
    assert one.good_picture() is None


def test_the_result_is_finite_where_the_last_step_is_not() -> None:
    one = descent()
    one.step()
    one.pixels.data.fill_(math.nan)
    one.finish()
    assert torch.equal(one.pixels.detach(), torch.full((1, 3, 8, 8), 0.5))
