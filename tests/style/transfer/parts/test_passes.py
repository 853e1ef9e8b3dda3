"""Losses and gradient of a picture in tiles or strips are those of the whole picture."""

import pytest
import torch

from style import ConfigError, StylizeConfig
from style.backbones.backbone import Backbone
from style.transfer.criterion import Criterion
from style.transfer.parts.division import Division
from style.transfer.parts.strip_pass import StripPass
from style.transfer.parts.tiled_pass import TiledPass
from style.transfer.parts.tiles import spans
from style.transfer.region_weights import RegionWeights
from tests.bench.criteria import Pictures, criterion_of

LAYERS = {
    "vgg19": ("relu1_1,relu2_1", "relu2_2"),
    "alexnet": ("relu1,conv2", "conv2"),
    "squeezenet1_0": ("relu1,fire2/concat/smooth", "fire3/concat"),
}


@pytest.mark.parametrize("backbone", LAYERS)
@pytest.mark.parametrize("style_loss", ["gram", "wasserstein"])
def test_tiles_give_the_losses_and_gradient_of_the_whole(backbone: str, style_loss: str) -> None:
    torch.manual_seed(0)
    network = Backbone(backbone).placed(torch.device("cpu"))
    style, content = LAYERS[backbone]
    config = StylizeConfig(
        backbone,
        style_loss=style_loss,
        style_layers=style,
        content_layers=content,
        precision="float32",
    )
    pictures = Pictures(
        torch.rand(1, 3, 151, 167), [torch.rand(1, 3, 133, 90), torch.rand(1, 3, 70, 201)]
    )
    whole, cpu = criterion_of(pictures, config, network), torch.device("cpu")
    tiled = criterion_of(
        pictures, config, network, division=Division(96, False), devices=[cpu, cpu]
    )
    assert count_of_parts(tiled) > 3
    _gradient_of_both(tiled, whole, torch.rand(1, 3, 151, 167))


@pytest.mark.parametrize(("backbone", "style", "content"), [
    ("vgg19", "relu1_1,relu2_1,relu3_1", "relu2_2"),
    ("vgg19", "conv1_1,pool1,relu1_2,pool2/smooth", "relu1_2,conv3_1"),
    ("alexnet", "relu1,conv2", "relu3"),
])  # fmt: skip
@pytest.mark.parametrize("height", [389, pytest.param(300, marks=pytest.mark.slow), 50])
def test_strips_give_the_losses_and_gradient_of_the_whole(
    backbone: str, style: str, content: str, height: int
) -> None:
    torch.manual_seed(0)
    network = Backbone(backbone).placed(torch.device("cpu"))
    config = StylizeConfig(
        backbone, style_layers=style, content_layers=content, precision="float32"
    )
    pictures = Pictures(
        torch.rand(1, 3, height, 61), [torch.rand(1, 3, 333, 90), torch.rand(1, 3, 50, 101)]
    )
    whole = criterion_of(pictures, config, network)
    streamed = criterion_of(pictures, config, network, division=Division(64, True))
    assert (count_of_parts(streamed) > 2) == (height > 100)
    _gradient_of_both(streamed, whole, torch.rand(1, 3, height, 61))


@pytest.mark.parametrize(("side", "count"), [(96, 1), (97, 4), (500, 16), (33, 1)])
def test_spans_cover_a_side_once(side: int, count: int) -> None:
    found = spans(side, longest=96, halo=32, step=16)
    assert len(found) == count
    assert [s.own_begin for s in found] == [0, *(s.own_end for s in found[:-1])]
    assert found[-1].own_end == side and found[-1].is_last
    assert all(s.end - s.begin <= 96 for s in found)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_dream_grows_in_parts_as_in_the_whole(is_streamed: bool) -> None:
    torch.manual_seed(0)
    network = Backbone("vgg19").placed(torch.device("cpu"))
    style, content = LAYERS["vgg19"]
    config = StylizeConfig(
        style_layers=style,
        content_layers=content,
        dream="0.3*relu3_1:5,9 + relu2_1",
        dream_weight=3,
        precision="float32",
    )
    pictures = Pictures(torch.rand(1, 3, 151, 167), [torch.rand(1, 3, 133, 90)])
    whole, division = criterion_of(pictures, config, network), Division(120, is_streamed)
    parts = criterion_of(pictures, config, network, division=division)
    assert count_of_parts(parts) > 1
    start, later = torch.rand(2, 1, 3, 151, 167)
    for criterion in (whole, parts):
        criterion.start_dream(start)
    assert whole.dream and parts.dream
    assert parts.dream.before == pytest.approx(whole.dream.before, rel=1e-4)
    assert parts.dream_values(later) == pytest.approx(whole.dream_values(later), rel=1e-4)
    _gradient_of_both(parts, whole, later * 0.7)
    at_next_size = criterion_of(pictures, config, network, division=division, dream=parts.dream)
    _gradient_of_both(at_next_size, whole, later)


@pytest.mark.parametrize(("dream", "said"), [
    ("auto", "looks for room in a whole picture"),
    ("relu2:3@0.5,0.5", "relu2:3@0.5,0.5, a place"),
])  # fmt: skip
def test_dreams_of_the_whole_are_refused_in_parts(dream: str, said: str) -> None:
    network = Backbone("alexnet").placed(torch.device("cpu"))
    config = StylizeConfig("alexnet", dream=dream)
    pictures = Pictures(torch.rand(1, 3, 300, 300), [torch.rand(1, 3, 90, 90)])
    with pytest.raises(ConfigError, match=said):
        criterion_of(pictures, config, network, division=Division(200, False))


@pytest.mark.parametrize("is_streamed", [False, True])
def test_the_gradient_of_masked_regions_is_that_of_the_whole_where_a_part_has_none_of_one(
    is_streamed: bool,
) -> None:
    torch.manual_seed(0)
    network = Backbone("vgg19").placed(torch.device("cpu"))
    style, content = LAYERS["vgg19"]
    config = StylizeConfig(style_layers=style, content_layers=content, precision="float32")
    content_, *styles = (torch.rand(1, 3, *size) for size in ((151, 163), (133, 97), (64, 192)))
    left = torch.zeros(1, 1, 151, 163)
    left[..., :40] = 1
    right = torch.zeros(1, 1, 151, 163)
    right[..., 80:] = torch.rand(83)
    regions = [
        RegionWeights(left, {0: torch.rand(1, 1, 133, 97)}),
        RegionWeights(right, {0: None, 1: None}),
    ]
    pictures = Pictures(content_, styles, regions)
    whole = criterion_of(pictures, config, network)
    parts = criterion_of(pictures, config, network, division=Division(96, is_streamed))
    gradient = _gradient_of_both(parts, whole, torch.rand(1, 3, 151, 163))
    assert not gradient[..., 40:80].any()


def count_of_parts(criterion: Criterion) -> int:
    assert isinstance(criterion.pass_, TiledPass | StripPass)
    return len(criterion.pass_.content.parts)


def _gradient_of_both(parts: Criterion, whole: Criterion, picture: torch.Tensor) -> torch.Tensor:
    """That of the one in parts, after both were found to agree in losses and gradient."""
    images = [picture.clone().requires_grad_() for _ in range(2)]
    losses, expected = parts.evaluate(images[0]), whole.evaluate(images[1])
    assert losses == pytest.approx(expected, rel=1e-4)
    grads = [image.grad for image in images]
    assert grads[0] is not None and grads[1] is not None
    assert float((grads[0] - grads[1]).norm() / grads[1].norm()) < 1e-3
    return grads[0]
