"""What is left out to be fast changes nothing."""

import torch

from style.backbones.layers import vgg
from style.backbones.networks import PlainNetwork
from style.losses.statistics import statistics

WANTED = ("relu1_1", "relu2_1", "conv2_2", "relu2_2", "pool2")


def test_a_network_that_overwrites_its_maps_gives_what_its_layers_give() -> None:
    """With each kind of wanted layer in front of a maximum, bit by bit, and the same gradient."""
    torch.manual_seed(0)
    network = PlainNetwork(vgg((2, 8), (2, 8))).double()
    image = torch.rand(1, 3, 32, 32, dtype=torch.float64, requires_grad=True)
    plain = image.detach().clone().requires_grad_()
    expected, passed = {}, plain
    for name, layer in network.items():
        passed = layer(passed)
        expected[name] = passed
    found = network(image, WANTED)
    for features in (found, expected):
        torch.stack([(features[name] ** 3).sum() for name in WANTED]).sum().backward()
    for name in WANTED:
        assert torch.equal(found[name], expected[name]), name
    assert image.grad is not None
    assert plain.grad is not None
    torch.testing.assert_close(image.grad, plain.grad)


def test_the_gradient_of_statistics_is_that_of_their_numbers() -> None:
    """Of the Gram matrix, which need not be asked for symmetrically, and of the mean."""
    features = torch.randn(1, 4, 5, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda f: (statistics(f).gram, statistics(f).mean), (features,))


def test_statistics_of_many_positions_are_summed_in_float32() -> None:
    """Features in bfloat16 lose nothing more in their sums, taken in parts."""
    features = torch.rand(1, 3, 150, 150).bfloat16()
    flat = features.double().flatten(2)[0]
    found = statistics(features)
    assert found.gram.dtype == torch.float32
    torch.testing.assert_close(
        found.gram.double(), flat @ flat.T / flat.shape[1], rtol=1e-5, atol=0
    )
    torch.testing.assert_close(found.mean.double(), flat.mean(dim=1), rtol=1e-5, atol=0)
