"""ReLUs that let a gradient through where nothing activates them."""

import pytest
import torch
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.frozen import relu_in_place
from style.backbones.waking import WakingReLUs

RELUS = (torch.relu, functional.relu, torch.nn.ReLU(), lambda x: relu_in_place(x.clone()))


def gradient(relu: object, values: list[list[float]], of_output: list[list[float]]) -> list[object]:
    """The gradient of a loss whose gradient behind the ReLU is `of_output`."""
    inputs = torch.tensor(values, requires_grad=True)
    (found,) = torch.autograd.grad(relu(inputs), inputs, torch.tensor(of_output))  # type: ignore[operator]
    return list(found.tolist())


@pytest.mark.parametrize("relu", RELUS)
def test_a_picture_that_activates_nothing_gets_the_gradient_that_raises_its_values(
    relu: object,
) -> None:
    values = [[-1.0, -2.0, -3.0], [1.0, -2.0, -3.0]]
    of_output = [[-5.0, 7.0, 0.0], [-5.0, -7.0, 3.0]]
    assert gradient(relu, values, of_output) == [[0, 0, 0], [-5, 0, 0]]
    with WakingReLUs():
        assert gradient(relu, values, of_output) == [[-5, 0, 0], [-5, 0, 0]]


@pytest.mark.parametrize("name", ["alexnet", "squeezenet1_0", "resnet18", "googlenet"])
def test_the_features_are_the_same_while_waking(name: str) -> None:
    torch.manual_seed(0)
    network = Backbone(name)
    picture, layers = torch.rand(2, 3, 96, 96), {network.facts.dream}
    plain = network(picture, layers)[network.facts.dream]
    with WakingReLUs():
        waking = network(picture, layers)[network.facts.dream]
    torch.testing.assert_close(waking, plain)
