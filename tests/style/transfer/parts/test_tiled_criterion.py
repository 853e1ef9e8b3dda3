"""A picture in tiles is measured and pulled as the whole one is."""

import pytest
import torch

from style import ConfigError, StylizeConfig
from style.backbones.backbone import Backbone
from style.transfer.criterion import Objective
from style.transfer.parts.streamed_criterion import StreamedObjective
from style.transfer.parts.tiled_criterion import TiledObjective
from style.transfer.parts.tiles import spans
from style.transfer.region_weights import Place

LAYERS = {
    "vgg19": ("relu1_1,relu2_1", "relu2_2"),
    "alexnet": ("relu1,conv2", "conv2"),
    "squeezenet1_0": ("relu1,fire2/concat/smooth", "fire3/concat"),
}


@pytest.mark.parametrize("backbone", LAYERS)
@pytest.mark.parametrize("style_loss", ["gram", "wasserstein"])
def test_losses_and_gradient_are_those_of_the_whole(backbone: str, style_loss: str) -> None:
    torch.manual_seed(0)
    network = Backbone(backbone).placed(torch.device("cpu"))
    style, content = LAYERS[backbone]
    config = StylizeConfig(
        backbone, style_loss=style_loss, style_layers=style, content_layers=content
    )
    pictures = torch.rand(1, 3, 151, 167), [torch.rand(1, 3, 133, 90), torch.rand(1, 3, 70, 201)]
    whole = Objective(network, *pictures, config=config, autocast=False)
    cpu = torch.device("cpu")
    tiled = TiledObjective(
        network, *pictures, config=config, autocast=False, longest=96, devices=[cpu, cpu]
    )
    assert len(tiled.kept) > 3
    _gradient_of_both(tiled, whole, torch.rand(1, 3, 151, 167))


@pytest.mark.parametrize(("backbone", "style", "content"), [
    ("vgg19", "relu1_1,relu2_1,relu3_1", "relu2_2"),
    ("vgg19", "conv1_1,pool1,relu1_2,pool2/smooth", "relu1_2,conv3_1"),
    ("alexnet", "relu1,conv2", "relu3"),
])  # fmt: skip
@pytest.mark.parametrize("height", [389, 300, 50])
def test_so_are_they_in_strips(backbone: str, style: str, content: str, height: int) -> None:
    torch.manual_seed(0)
    network = Backbone(backbone).placed(torch.device("cpu"))
    config = StylizeConfig(backbone, style_layers=style, content_layers=content)
    pictures = torch.rand(1, 3, height, 61), [torch.rand(1, 3, 333, 90), torch.rand(1, 3, 50, 101)]
    whole = Objective(network, *pictures, config=config, autocast=False)
    streamed = StreamedObjective(network, *pictures, config=config, autocast=False, longest=64)
    assert (len(streamed.kept) > 2) == (height > 100)
    _gradient_of_both(streamed, whole, torch.rand(1, 3, height, 61))


@pytest.mark.parametrize(("side", "count"), [(96, 1), (97, 4), (500, 16), (33, 1)])
def test_spans_cover_a_side_once(side: int, count: int) -> None:
    found = spans(side, longest=96, halo=32, step=16)
    assert len(found) == count
    assert [s.own_begin for s in found] == [0, *(s.own_end for s in found[:-1])]
    assert found[-1].own_end == side and found[-1].is_last
    assert all(s.end - s.begin <= 96 for s in found)


@pytest.mark.parametrize("tiled_objective", [TiledObjective, StreamedObjective])
def test_a_dream_grows_in_parts_as_in_the_whole(tiled_objective: type[TiledObjective]) -> None:
    torch.manual_seed(0)
    network = Backbone("vgg19").placed(torch.device("cpu"))
    style, content = LAYERS["vgg19"]
    config = StylizeConfig(
        style_layers=style,
        content_layers=content,
        dream="0.3*relu3_1:5,9 + relu2_1",
        dream_weight=3,
    )
    pictures = torch.rand(1, 3, 151, 167), [torch.rand(1, 3, 133, 90)]
    whole = Objective(network, *pictures, config=config, autocast=False)
    tiled = tiled_objective(network, *pictures, config=config, autocast=False, longest=120)
    assert len(tiled.kept) > 1
    begun, later = torch.rand(2, 1, 3, 151, 167)
    for objective in (whole, tiled):
        objective.fall_asleep(begun)
    assert whole.dream and tiled.dream
    assert tiled.dream.before == pytest.approx(whole.dream.before, rel=1e-4)
    assert tiled.dreamt(later) == pytest.approx(whole.dreamt(later), rel=1e-4)
    _gradient_of_both(tiled, whole, later * 0.7)
    found = tiled_objective(  # as at the next size
        network, *pictures, config=config, autocast=False, longest=120, dream=tiled.dream
    )
    _gradient_of_both(found, whole, later)


@pytest.mark.parametrize(("dream", "said"), [
    ("auto", "looks for room in a whole picture"),
    ("relu2:3@0.5,0.5", "relu2:3@0.5,0.5, a place"),
])  # fmt: skip
def test_dreams_of_the_whole_are_refused_in_parts(dream: str, said: str) -> None:
    network = Backbone("alexnet").placed(torch.device("cpu"))
    config = StylizeConfig("alexnet", dream=dream)
    with pytest.raises(ConfigError, match=said):
        TiledObjective(
            network, torch.rand(1, 3, 300, 300), [torch.rand(1, 3, 90, 90)],
            config=config, autocast=False, longest=200,
        )  # fmt: skip


@pytest.mark.parametrize("tiled_objective", [TiledObjective, StreamedObjective])
def test_masked_regions_are_pulled_as_in_the_whole_where_a_tile_has_none_of_one(
    tiled_objective: type[TiledObjective],
) -> None:
    torch.manual_seed(0)
    network = Backbone("vgg19").placed(torch.device("cpu"))
    style, content = LAYERS["vgg19"]
    config = StylizeConfig(style_layers=style, content_layers=content)
    pictures = torch.rand(1, 3, 151, 163), [torch.rand(1, 3, 133, 97), torch.rand(1, 3, 64, 192)]
    left = torch.zeros(1, 1, 151, 163)
    left[..., :40] = 1
    right = torch.zeros(1, 1, 151, 163)
    right[..., 80:] = torch.rand(83)
    places = [Place(left, {0: torch.rand(1, 1, 133, 97)}), Place(right, {0: None, 1: None})]
    whole = Objective(network, *pictures, config=config, autocast=False, places=places)
    tiled = tiled_objective(
        network, *pictures, config=config, autocast=False, longest=96, places=places
    )
    gradient = _gradient_of_both(tiled, whole, torch.rand(1, 3, 151, 163))
    assert not gradient[..., 40:80].any()


def _gradient_of_both(
    tiled: TiledObjective, whole: Objective, picture: torch.Tensor
) -> torch.Tensor:
    """The tiled one's, after both were found to agree in losses and gradient."""
    images = [picture.clone().requires_grad_() for _ in range(2)]
    found, expected = tiled.evaluated(images[0]), whole.evaluated(images[1])
    assert found == pytest.approx(expected, rel=1e-4)
    grads = [image.grad for image in images]
    assert grads[0] is not None and grads[1] is not None
    assert float((grads[0] - grads[1]).norm() / grads[1].norm()) < 1e-3
    return grads[0]
