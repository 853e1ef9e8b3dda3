"""L-BFGS on quadratic functions whose minimum is known."""

import torch

from style.optimizers.lbfgs import FEWEST, MOST, PAIRS_BYTES, Lbfgs, remembered
from style.optimizers.lbfgs_descent import LbfgsDescent

SHAPE = (1, 3, 24, 17)


class Valley:
    """Steeper for high frequencies than for low ones, as losses of pictures are."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(3)
        self.scale = 10 ** torch.rand(SHAPE, generator=generator)
        self.bottom = torch.rand(SHAPE, generator=generator)
        height, width = SHAPE[2:]
        down, across = torch.fft.fftfreq(height), torch.fft.rfftfreq(width)
        self.steepness = 0.01 + torch.hypot(down[:, None], across[None])

    def gradient(self, pixels: torch.Tensor) -> torch.Tensor:
        spectrum = torch.fft.rfft2(self.scale * (pixels - self.bottom))
        return self.scale * torch.fft.irfft2(self.steepness * spectrum, s=SHAPE[2:])

    def height(self, pixels: torch.Tensor) -> float:
        return float((self.gradient(pixels) * (pixels - self.bottom)).mean())


def ours(steps: int, optimizer: Lbfgs) -> float:
    valley, pixels = Valley(), torch.zeros(SHAPE)
    for _ in range(steps):
        pixels += optimizer.change(valley.gradient(pixels))
    return valley.height(pixels)


def torchs(steps: int) -> float:
    valley, pixels = Valley(), torch.zeros(SHAPE, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [pixels], max_iter=1, history_size=MOST, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> float:
        pixels.grad = valley.gradient(pixels.detach())
        return 0.0

    for _ in range(steps):
        optimizer.step(closure)  # type: ignore[arg-type, no-untyped-call]
    return valley.height(pixels.detach())


def test_it_takes_no_more_gradients_than_torchs() -> None:
    for steps in (10, 20, 40):
        assert ours(steps, Lbfgs()) < torchs(steps)


def test_it_reaches_the_minimum() -> None:
    assert ours(300, Lbfgs()) < 1e-6 * ours(1, Lbfgs())


def test_the_first_change_descends_at_any_steepness() -> None:
    for steepness in (1e-12, 1.0, 1e12):
        gradient = steepness * torch.randn(SHAPE, generator=torch.Generator().manual_seed(0))
        change = Lbfgs().change(gradient)
        assert float((change * gradient).sum()) < 0
        torch.testing.assert_close(change.square().mean().sqrt(), torch.tensor(0.03))


def test_it_keeps_at_most_100_pairs_in_half_precision() -> None:
    optimizer = Lbfgs()
    ours(MOST + 9, optimizer)
    assert len(optimizer.pairs) == MOST
    assert {t.dtype for p in optimizer.pairs for t in (p.step, p.change)} == {torch.float16}


def test_it_does_not_return_to_the_best_picture_of_another_loss() -> None:
    valley, pixels = Valley(), torch.zeros(SHAPE).requires_grad_()

    class Raised:
        painted, by = None, 0.0

        def evaluate(self, image: torch.Tensor) -> dict[str, float]:
            image.grad = valley.gradient(image.detach())
            return {"total": valley.height(image.detach()) + self.by}

    objective = Raised()
    descent = LbfgsDescent(pixels, objective)  # type: ignore[arg-type]
    for _ in range(4):
        descent.step()
    objective.by = 1e3
    descent.objective_changed()
    for _ in range(20):
        descent.step()
    found = valley.height(pixels.detach())
    descent.finish()
    assert valley.height(pixels.detach()) <= found


def test_large_pictures_have_fewer_pairs() -> None:
    assert remembered(3 * 8**2) == MOST
    assert remembered(3 * 4096**2) == FEWEST
    values = 3 * 256**2
    assert (
        2 * 2 * values * remembered(values)
        <= PAIRS_BYTES
        < 2 * 2 * values * (remembered(values) + 1)
    )


def test_a_pair_of_negative_curvature_is_dropped() -> None:
    optimizer = Lbfgs()
    optimizer.change(torch.ones(SHAPE))
    optimizer.change(2 * torch.ones(SHAPE))  # steeper, the further it went down
    assert not optimizer.pairs
    optimizer.change(torch.zeros(SHAPE))  # nothing to do is no error


def test_masked_pixels_stay() -> None:
    moving = (
        torch.rand(1, 1, *SHAPE[2:], generator=torch.Generator().manual_seed(4)) > 0.5
    ).float()
    optimizer, valley, pixels = Lbfgs(moving), Valley(), torch.zeros(SHAPE)
    for _ in range(5):
        pixels += optimizer.change(valley.gradient(pixels) * moving)
    assert not (pixels * (1 - moving)).any()
    assert (pixels * moving).any()
