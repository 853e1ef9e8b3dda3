"""Each position of a picture looks like its nearest neighbour in the style."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from style import ConfigError, Masks, StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.transfer import matching
from style.transfer.criterion import Criterion
from style.transfer.extractor import Features
from style.transfer.match_schedule import SPLIT_SEARCHES, splits_of
from style.transfer.matches import MaskOfPart
from style.transfer.parts.division import Division, division_of
from style.transfer.parts.memory_need import MemoryNeed
from style.transfer.recipe import Recipe
from style.transfer.region_weights import RegionWeights
from tests.bench.criteria import Pictures, criterion_of
from tests.style.transfer.stopping import resumed, stopped

VGG19 = StylizeConfig(
    method="neighbours", style_layers="relu1_1,relu2_1,relu3_1=2", content_layers="relu2_2",
    precision="float32",
)  # fmt: skip
ALEXNET = StylizeConfig(
    "alexnet", 256, 6, method="neighbours", precision="float32", device="cpu"
)  # fmt: skip


@pytest.fixture(scope="module")
def vgg19() -> Backbone:
    torch.manual_seed(0)
    return Backbone("vgg19").placed(torch.device("cpu"))


def noise(seed: int, height: int = 192, width: int = 256) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("by_layer", [False, True])
def test_a_picture_is_its_own_nearest_neighbour(vgg19: Backbone, by_layer: bool) -> None:
    picture = torch.rand(1, 3, 40, 48)  # so small that all positions are candidates
    criterion = criterion_of(Pictures(picture, [picture]), VGG19, vgg19)
    criterion.match(picture, by_layer=by_layer)
    assert criterion.evaluate(picture.clone().requires_grad_())["style"] < 1e-4


@pytest.mark.parametrize("by_layer", [pytest.param(False, marks=pytest.mark.slow), True])
def test_tiles_give_the_losses_and_gradient_of_the_whole(
    vgg19: Backbone, by_layer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_LAYER_ROWS", 10**6)  # of tiles other rows are chosen
    torch.manual_seed(1)
    pictures = Pictures(torch.rand(1, 3, 152, 168), [torch.rand(1, 3, 72, 40)], _halves())
    whole = criterion_of(pictures, VGG19, vgg19)
    tiled = criterion_of(pictures, VGG19, vgg19, division=Division(96, False))
    start, later = torch.rand(2, 1, 3, 152, 168)
    found = [_evaluated(one, start, later, by_layer=by_layer) for one in (whole, tiled)]
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-4)
    assert float((found[0][1] - found[1][1]).norm() / found[0][1].norm()) < 1e-3
    assert not found[0][1][..., 160:].any()


def _halves() -> list[RegionWeights]:
    """Two regions of the content, each like one half of the style; the last columns are none."""
    left, right = torch.zeros(2, 1, 1, 152, 168)
    left[..., :80], right[..., 80:160] = 1, 1
    top, bottom = torch.zeros(2, 1, 1, 72, 40)
    top[..., :32, :], bottom[..., 32:, :] = 1, 1
    return [RegionWeights(left, {0: top}), RegionWeights(right, {0: bottom})]


def _evaluated(
    criterion: Criterion, start: torch.Tensor, later: torch.Tensor, *, by_layer: bool
) -> tuple[dict[str, float], torch.Tensor]:
    criterion.match(start, by_layer=by_layer)
    image = later.clone().requires_grad_()
    losses = criterion.evaluate(image)
    assert image.grad is not None
    return losses, image.grad


def test_a_region_takes_its_neighbours_from_its_own_part_of_the_style(vgg19: Backbone) -> None:
    dark, bright = torch.full((2, 1, 3, 64, 64), 0.1)
    bright += 0.8
    style = torch.cat([dark, bright], dim=3)
    of_style = torch.zeros(1, 1, 64, 128)
    of_style[..., 64:] = 1
    regions = [RegionWeights(torch.ones(1, 1, 64, 64), {0: of_style})]
    criterion = criterion_of(Pictures(dark, [style], regions), VGG19, vgg19)
    criterion.match(dark, by_layer=False)
    losses = [criterion.evaluate(one.clone().requires_grad_()) for one in (dark, bright)]
    assert losses[1]["style"] < losses[0]["style"]


@pytest.mark.parametrize("name", ["vgg19", "alexnet", "squeezenet1_0"])
def test_the_grid_has_a_position_for_each_4_pixels(name: str) -> None:
    recipe = Recipe.of(StylizeConfig(name, method="neighbours"), Backbone(name))
    layers = {"vgg19": "relu3_1", "alexnet": "conv1", "squeezenet1_0": "fire2/concat"}
    assert recipe.grid_layer == layers[name]


def test_a_large_picture_is_painted_in_tiles_and_not_in_strips(vgg19: Backbone) -> None:
    need, cpu = MemoryNeed(0, 1, 1000, 0), [torch.device("cpu")]
    for method, is_streamed in (("gatys", True), ("neighbours", False)):
        config = StylizeConfig(
            method=method, max_memory="50MB", style_layers="relu1_1", content_layers="relu2_2"
        )
        division = division_of((1000, 1000), Recipe.of(config, vgg19), need=need, devices=cpu)
        assert division and division.is_streamed == is_streamed


def test_layers_are_matched_alone_in_the_second_half_of_the_last_size() -> None:
    assert list(splits_of(100)) == [51, 64, 77, 90]
    assert list(splits_of(1)) == []
    for steps in range(2, 40):
        assert 1 <= len(splits := splits_of(steps)) <= SPLIT_SEARCHES
        assert splits[0] > 1 and splits[-1] <= steps


@pytest.mark.slow
@pytest.mark.parametrize("stop", [3, 6, 8, 11])
def test_a_resumed_painting_is_the_same_bit_for_bit(
    tmp_path: Path, backbone: Backbone, stop: int
) -> None:
    """Stopped in the first of two sizes, at its end, and before and after layers are alone."""
    given, file = (noise(1), [noise(2), noise(3)], ALEXNET), tmp_path / "painting"
    whole = stylize(*given, backbone=backbone)
    stopped(given, backbone, file, stop)
    assert resumed(given, backbone, file).image.tobytes() == whole.image.tobytes()


@pytest.mark.parametrize("options", [
    {"dream": "auto"}, {"colors": "luminance"}, {"optimizer": "adam"}, {"init": "noise"},
])  # fmt: skip
def test_neighbours_are_painted_with_other_settings(
    backbone: Backbone, options: dict[str, str]
) -> None:
    config = StylizeConfig(
        "alexnet", 128, 8, method="neighbours", precision="float32", **options
    )  # fmt: skip
    losses: list[float] = []
    masks = Masks("red", ("red",))
    stylize(
        noise(1), [noise(2)], config, masks=masks, backbone=backbone,
        on_progress=lambda one: losses.append(one.losses["style"]),
    )  # fmt: skip
    assert losses[3] < losses[0]


@pytest.mark.parametrize("colors", ["style", "grey"])
def test_the_lightness_is_spread_as_in_the_style(backbone: Backbone, colors: str) -> None:
    """So paper stays as light as it is, and ink as dark. (In the test neither is clipped.)"""
    config = StylizeConfig("alexnet", 64, 2, method="neighbours", colors=colors, device="cpu")
    drawing = np.full((64, 64, 3), 170, np.uint8)
    drawing[::6] = 80
    painted = stylize(noise(1), [Image.fromarray(drawing)], config, backbone=backbone).image
    light, expected = (np.asarray(one, float) for one in (painted.convert("L"), drawing))
    assert light.mean() == pytest.approx(expected.mean(), abs=12)
    assert light.std() == pytest.approx(expected.std(), rel=0.2)


@pytest.mark.parametrize(("settings", "said"), [
    ({"style_loss": "wasserstein"}, "style_loss is wasserstein, which compares statistics"),
    ({"style_weights": "1,2"}, "all styles count alike"),
])  # fmt: skip
def test_what_belongs_to_statistics_is_refused(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        StylizeConfig(method="neighbours", **settings)
    StylizeConfig(**settings)


def test_a_region_too_small_for_the_network_is_refused(vgg19: Backbone) -> None:
    region = torch.zeros(1, 1, 64, 64)
    region[..., :1, :1] = 1
    regions = [RegionWeights(torch.ones(1, 1, 64, 64), {0: region})]
    criterion = criterion_of(
        Pictures(torch.rand(1, 3, 64, 64), [torch.rand(1, 3, 64, 64)], regions), VGG19, vgg19
    )
    with pytest.raises(ConfigError, match="smaller than what the network sees"):
        criterion.match(torch.rand(1, 3, 64, 64), by_layer=False)


def test_a_whole_picture_goes_through_the_network_once(vgg19: Backbone) -> None:
    criterion = criterion_of(
        Pictures(torch.rand(1, 3, 40, 48), [torch.rand(1, 3, 40, 48)]), VGG19, vgg19
    )
    matching, passes = criterion.matching, list[torch.Tensor]()
    assert matching
    parts = matching.pass_.parts

    def counted(image: torch.Tensor) -> Iterator[tuple[Features, MaskOfPart]]:
        passes.append(image)
        yield from parts(image)

    matching.pass_.parts = counted  # type: ignore[method-assign]
    picture = torch.rand(1, 3, 40, 48)
    criterion.match(picture, by_layer=False)
    assert sum(one is picture for one in passes) == 1
