"""Layers that save less for the backward pass give what torch's give."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from style.backbones.frozen import FrozenConv, max_pool, relu_in_place
from style.backbones.layers import vgg
from style.backbones.networks import PlainNetwork


@pytest.mark.parametrize(
    "options",
    [
        {"padding": 1},
        {"padding": 2, "padding_mode": "reflect"},
        {"stride": 2, "dilation": 2, "groups": 2, "bias": False},
    ],
)
def test_a_convolution_and_its_gradient_are_torchs(options: dict[str, object]) -> None:
    torch.manual_seed(0)
    ours, torchs = (kind(4, 6, 3, **options).double() for kind in (FrozenConv, nn.Conv2d))
    torchs.load_state_dict(ours.state_dict())
    assert_same(ours, torchs, torch.randn(1, 4, 9, 12, dtype=torch.float64))


@pytest.mark.parametrize(("kernel", "shape"), [(2, (8, 10)), (2, (7, 9)), (3, (11, 13))])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_max_pooling_and_its_gradient_are_torchs(
    kernel: int, shape: tuple[int, int], order: torch.memory_format
) -> None:
    features = torch.randn(1, 5, *shape, dtype=torch.float64).contiguous(memory_format=order)
    assert_same(
        lambda f: max_pool(f, kernel, 2), lambda f: functional.max_pool2d(f, kernel, 2), features
    )


def test_relu_in_place_and_its_gradient_are_torchs() -> None:
    features = torch.randn(1, 3, 4, 5, dtype=torch.float64)
    assert_same(lambda f: relu_in_place(f * 1), torch.relu, features)


def test_a_convolution_computes_in_bfloat16_under_autocast() -> None:
    torch.manual_seed(0)
    conv, features = FrozenConv(4, 6, 3), torch.randn(1, 4, 8, 8, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        output = conv(features)
    assert output.dtype == torch.bfloat16
    output.float().sum().backward()
    assert features.grad is not None and features.grad.dtype == torch.float32
    torch.testing.assert_close(
        output.float(), functional.conv2d(features, conv.weight, conv.bias), atol=0.03, rtol=0.03
    )


def test_a_network_saves_less_than_half_of_what_autograd_would() -> None:
    torch.manual_seed(0)
    network = PlainNetwork(vgg((2, 8), (2, 16), (4, 32))).to(memory_format=torch.channels_last)
    network.requires_grad_(False)
    layers = nn.Sequential(*(torchs_layer(layer) for layer in list(network.values())[:-1]))
    layers.requires_grad_(False)
    ours = saved_bytes(lambda image: network(image, ["relu1_1", "relu2_1", "relu3_1", "relu3_4"]))
    assert ours < saved_bytes(layers) / 2


def torchs_layer(layer: nn.Module) -> nn.Module:
    if isinstance(layer, FrozenConv):
        return nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
    return layer


def saved_bytes(compute: object) -> int:
    """Bytes saved for the backward pass; each storage counts once, weights do not count."""
    saved: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        if not isinstance(tensor, nn.Parameter) and tensor.ndim == 4:
            saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    image = torch.rand(1, 3, 64, 64, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = compute(image)  # type: ignore[operator]
    assert output is not None
    return sum(saved.values())


def assert_same(ours: object, torchs: object, features: torch.Tensor) -> None:
    """The outputs and the gradients of two layers are the same."""
    inputs = [features.clone().requires_grad_() for _ in range(2)]
    outputs = ours(inputs[0]), torchs(inputs[1])  # type: ignore[operator]
    torch.testing.assert_close(*outputs)
    for output in outputs:
        (output**3).sum().backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad)
