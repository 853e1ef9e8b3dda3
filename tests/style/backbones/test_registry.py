"""The facts of the backbones."""

import pytest
from torchvision import models

from style.backbones.registry import BACKBONES, HALF, Facts, facts_of, unsmoothed
from style.backbones.sources import TorchvisionWeights
from style.backbones.weights.converters import CONVERTERS
from style.errors import UnknownBackbone


@pytest.mark.parametrize("facts", BACKBONES.values(), ids=BACKBONES)
def test_the_facts_of_torchvisions_weights_are_its_own(facts: Facts) -> None:
    for source in facts.sources:
        if isinstance(source, TorchvisionWeights):
            weights = models.get_weight(source.name)
            assert weights.url.endswith(f"-{source.sha256}.pth")
            assert source.megabytes == pytest.approx(weights.meta["_file_size"], abs=0.1)
            assert facts.mean == HALF or list(facts.mean) == weights.transforms().mean
            assert facts.least_px >= min(weights.meta["min_size"])


@pytest.mark.parametrize("facts", BACKBONES.values(), ids=BACKBONES)
def test_every_weight_file_that_is_not_torchvisions_has_a_converter(facts: Facts) -> None:
    if any(not isinstance(source, TorchvisionWeights) for source in facts.sources):
        assert facts.name in CONVERTERS


def test_an_unknown_backbone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownBackbone, match="did you mean vgg19"):
        facts_of("vgg91")


def test_layers_are_smoothed_by_a_suffix() -> None:
    assert facts_of("resnet18").content == ("layer3.0/smooth",)
    assert unsmoothed("layer3.0/smooth") == unsmoothed("layer3.0") == "layer3.0"
