"""How pictures are shaken before each step."""

import torch

from style.dreams import transforms
from style.dreams.transforms import shaken
from style.runs.device import seeded


def test_each_picture_is_shaken_in_its_own_way_and_the_same_seed_shakes_alike() -> None:
    picture = torch.rand(1, 3, 40, 40, generator=seeded(1)).repeat(2, 1, 1, 1)
    first, again = shaken(picture, seeded(2)), shaken(picture, seeded(2))
    assert torch.equal(first, again)
    assert not torch.allclose(first[0], first[1], atol=0.1)
    assert first.min() >= 0 and first.max() <= 1


def test_a_picture_stays_near_its_place_and_size() -> None:
    """A disc in the middle moves by the shift at most, and its area changes by the scale's square.

    The bounds hold for any of the random numbers.
    """
    side, radius = 96, 12
    across = torch.arange(side) - (side - 1) / 2
    disc = (across[None].square() + across[:, None].square() <= radius**2).float()
    areas = []
    for seed in range(8):
        moved = shaken(disc.expand(1, 3, side, side), seeded(seed))[0, 0]
        areas.append(float(moved.sum() / disc.sum()))
        down, right = (moved.sum(1) @ across / moved.sum(), moved.sum(0) @ across / moved.sum())
        limit = side * transforms.SHIFT * transforms.SCALE + 0.5
        assert abs(float(down)) < limit and abs(float(right)) < limit
    assert max(areas) < 1.05 * transforms.SCALE**2 and min(areas) > 0.95 / transforms.SCALE**2
    assert max(areas) - min(areas) > 0.1


def test_the_gradient_reaches_the_picture() -> None:
    picture = torch.rand(1, 3, 24, 24, requires_grad=True)
    shaken(picture, seeded(3)).sum().backward()
    assert picture.grad is not None
    assert float(picture.grad.mean()) > 0.5
