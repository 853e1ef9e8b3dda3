"""The losses of painted pictures."""

import numpy as np
import pytest
import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.pictures.tensors import to_tensor
from style.training.perceptual_loss import PerceptualLoss


def picture(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8))


@pytest.fixture
def loss(backbone: Backbone) -> PerceptualLoss:
    layers = {"relu1": 0.5, "conv3": 0.5}
    return PerceptualLoss(backbone, style_layers=layers, content_layer="conv3")


def test_the_picture_of_a_style_has_no_style_loss(loss: PerceptualLoss) -> None:
    painted = torch.cat([to_tensor(picture(1)), to_tensor(picture(2))])
    one, other = loss.targets(painted)
    style = loss(painted, painted, [one, other]).style
    torch.testing.assert_close(style, torch.zeros(2), atol=1e-6, rtol=0)
    assert (loss(painted, painted, [other, one]).style > 1e-4).all()


def test_an_untouched_photo_has_its_content_and_the_loss_of_untouched(loss: PerceptualLoss) -> None:
    photos = to_tensor(picture(3))
    losses = loss(photos, photos, loss.targets(to_tensor(picture(1))))
    torch.testing.assert_close(losses.content, torch.zeros(1), atol=1e-6, rtol=0)
    torch.testing.assert_close(losses.style, losses.untouched)


def test_content_is_relative_to_what_the_style_would_lose(loss: PerceptualLoss) -> None:
    painted, photos, styles = (to_tensor(picture(seed)) for seed in (1, 2, 3))
    layer = loss.content_layer
    own, photo, style = (
        loss.backbone(one, {layer})[layer][0].flatten(1).T for one in (painted, photos, styles)
    )
    replaced = (photo[:, None] - style[None]).square().mean()  # any position in any other's place
    expected = (own - photo).square().mean() / replaced
    found = loss(painted, photos, loss.targets(styles)).content
    torch.testing.assert_close(found, expected[None])


def test_the_gradient_reaches_the_painting_and_not_the_untouched_loss(loss: PerceptualLoss) -> None:
    painted = to_tensor(picture(3)).requires_grad_()
    losses = loss(painted, to_tensor(picture(4)), loss.targets(to_tensor(picture(2))))
    (losses.style.sum() + losses.content.sum()).backward()
    assert painted.grad is not None
    assert painted.grad.abs().sum() > 0
    assert not losses.untouched.requires_grad
