"""The network for any style, as trained."""

import torch

from style.training.any_style_network import BASES, AnyStyleNetwork
from style.training.style_network import StyleNetwork

MOST_PARAMETERS = 500_000  # 1 MB in half precision


def pictures() -> torch.Tensor:
    """Two, one darker and smoother than the other."""
    torch.manual_seed(2)
    return torch.rand(2, 3, 40, 24) * torch.tensor([0.2, 1.0])[:, None, None, None]


def test_it_is_small() -> None:
    assert sum(p.numel() for p in AnyStyleNetwork().parameters()) <= MOST_PARAMETERS


def test_each_photo_is_painted_in_the_style_of_its_own_picture() -> None:
    torch.manual_seed(1)
    network, images = AnyStyleNetwork().eval(), torch.rand(1, 3, 32, 24).repeat(2, 1, 1, 1)
    with torch.no_grad():
        both = network(images, pictures())
        alone = network(images[1:], pictures()[1:])
    assert both.shape == images.shape
    torch.testing.assert_close(both[1:], alone)
    assert (both[0] - both[1]).abs().mean() > 1e-3


def test_the_weights_of_a_blend_sum_to_1() -> None:
    weights = AnyStyleNetwork().weights(pictures())
    assert weights.shape == (2, BASES)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(2))


def test_its_first_bases_are_the_styles_of_the_network_it_begins_with() -> None:
    torch.manual_seed(1)
    start, images = StyleNetwork(2), torch.rand(1, 3, 32, 24)
    torch.nn.init.normal_(start.encode_half.norm.scale)
    weights = torch.zeros(1, BASES)
    weights[0, 1] = 1
    with torch.no_grad():
        painted = AnyStyleNetwork(start).painter(images, weights)
        torch.testing.assert_close(painted, start(images, torch.tensor([[0.0, 1.0]])))
