"""The network as trained."""

import torch

from style.training.style_network import ConditionalNorm, StyleConvolution, StyleNetwork

MOST_PARAMETERS = 450_000  # of 12 styles: 0.9 MB in half precision


def test_it_is_small() -> None:
    assert sum(p.numel() for p in StyleNetwork(12).parameters()) <= MOST_PARAMETERS


def test_pictures_of_a_batch_do_not_see_each_other() -> None:
    torch.manual_seed(1)
    network = StyleNetwork(2).eval()
    images, weights = torch.rand(2, 3, 32, 24), torch.eye(2)
    with torch.no_grad():
        both = network(images, weights)
        alone = network(images[1:], weights[1:])
    assert both.shape == images.shape
    torch.testing.assert_close(both[1:], alone)


def test_a_norm_gives_the_scale_and_shift_of_its_style() -> None:
    norm = ConditionalNorm(2, 1)
    norm.scale.data[:, 0] = torch.tensor([2.0, 4.0])
    norm.shift.data[:, 0] = torch.tensor([10.0, 20.0])
    features = torch.randn(1, 1, 64, 64) * 3 + 7
    out = norm(features, torch.tensor([[0.5, 0.5]]))
    torch.testing.assert_close(out.mean(), torch.tensor(15.0))
    torch.testing.assert_close(out.std(), torch.tensor(3.0), atol=1e-3, rtol=0)


def test_an_even_picture_stays_even_when_it_is_enlarged() -> None:
    layer = StyleConvolution((2, 3), 1, upscale=2, is_normalizing=False)
    out = layer(torch.ones(1, 2, 5, 6), torch.ones(1, 1))
    assert out.shape == (1, 3, 10, 12)
    torch.testing.assert_close(out, out[:, :, :1, :1].expand_as(out))
