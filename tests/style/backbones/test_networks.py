"""What plain networks leave out to save time and memory changes no number."""

import torch

from style.backbones.layers import vgg
from style.backbones.networks import PlainNetwork

LAYERS = ("relu1_1", "relu2_1", "conv2_2", "relu2_2", "pool2")


def test_layers_in_place_give_what_the_layers_give() -> None:
    """Bit for bit, with each kind of requested layer before a max-pooling; and the gradient."""
    torch.manual_seed(0)
    network = PlainNetwork(vgg((2, 8), (2, 8))).double()
    image = torch.rand(1, 3, 32, 32, dtype=torch.float64, requires_grad=True)
    expected_image = image.detach().clone().requires_grad_()
    expected, current = {}, expected_image
    for name, layer in network.items():
        current = layer(current)
        expected[name] = current
    features = network(image, LAYERS)
    for one in (features, expected):
        torch.stack([(one[name] ** 3).sum() for name in LAYERS]).sum().backward()
    for name in LAYERS:
        assert torch.equal(features[name], expected[name]), name
    assert image.grad is not None
    assert expected_image.grad is not None
    torch.testing.assert_close(image.grad, expected_image.grad)
