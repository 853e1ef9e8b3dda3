"""Layers that keep less for the way back give what torch's give."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from style.backbones.frozen import FrozenConv, maximum, rectified
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
    ours, theirs = (kind(4, 6, 3, **options).double() for kind in (FrozenConv, nn.Conv2d))
    theirs.load_state_dict(ours.state_dict())
    same(ours, theirs, torch.randn(1, 4, 9, 12, dtype=torch.float64))


@pytest.mark.parametrize(("kernel", "shape"), [(2, (8, 10)), (2, (7, 9)), (3, (11, 13))])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_maxima_and_their_gradient_are_torchs(
    kernel: int, shape: tuple[int, int], order: torch.memory_format
) -> None:
    features = torch.randn(1, 5, *shape, dtype=torch.float64).contiguous(memory_format=order)
    same(lambda f: maximum(f, kernel, 2), lambda f: functional.max_pool2d(f, kernel, 2), features)


def test_rectifying_and_its_gradient_are_torchs() -> None:
    same(lambda f: rectified(f * 1), torch.relu, torch.randn(1, 3, 4, 5, dtype=torch.float64))


def test_a_convolution_computes_in_bfloat16_where_it_is_told_to() -> None:
    torch.manual_seed(0)
    conv, features = FrozenConv(4, 6, 3), torch.randn(1, 4, 8, 8, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        found = conv(features)
    assert found.dtype == torch.bfloat16
    found.float().sum().backward()
    assert features.grad is not None and features.grad.dtype == torch.float32
    torch.testing.assert_close(
        found.float(), functional.conv2d(features, conv.weight, conv.bias), atol=0.03, rtol=0.03
    )


def test_a_network_keeps_less_than_half_of_what_autograd_would() -> None:
    torch.manual_seed(0)
    network = PlainNetwork(vgg((2, 8), (2, 16), (4, 32))).to(memory_format=torch.channels_last)
    network.requires_grad_(False)
    layers = nn.Sequential(*(plain(layer) for layer in list(network.values())[:-1]))
    layers.requires_grad_(False)
    ours = kept_bytes(lambda image: network(image, ["relu1_1", "relu2_1", "relu3_1", "relu3_4"]))
    assert ours < kept_bytes(layers) / 2


def plain(layer: nn.Module) -> nn.Module:
    if isinstance(layer, FrozenConv):
        return nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1)
    return layer


def kept_bytes(compute: object) -> int:
    """What is saved for the way back, each piece of memory once, but for weights."""
    kept: dict[int, int] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        if not isinstance(tensor, nn.Parameter) and tensor.ndim == 4:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    image = torch.rand(1, 3, 64, 64, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        found = compute(image)  # type: ignore[operator]
    assert found is not None
    return sum(kept.values())


def same(ours: object, theirs: object, features: torch.Tensor) -> None:
    one, other = (features.clone().requires_grad_() for _ in range(2))
    found, expected = ours(one), theirs(other)  # type: ignore[operator]
    torch.testing.assert_close(found, expected)
    for result in (found, expected):
        (result**3).sum().backward()
    torch.testing.assert_close(one.grad, other.grad)
