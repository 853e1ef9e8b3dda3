"""Receptive fields known by hand."""

import pytest

from style.backbones.backbone import Backbone
from style.backbones.receptive_field import ReceptiveField, receptive_fields
from style.errors import ConfigError


def test_vggs_receptive_fields_are_known_by_hand() -> None:
    """Two 3 by 3 convolutions; then 2 by 2 max-pooling and a convolution at stride 2; all."""
    fields = receptive_fields(Backbone("vgg19"), ["relu1_2", "relu2_1", "relu5_1"])
    assert fields["relu1_2"] == ReceptiveField(2, 1)
    assert fields["relu2_1"] == ReceptiveField(2 + 1 + 2, 2)
    assert fields["relu5_1"] == ReceptiveField(85, 16)


def test_a_layer_has_the_same_field_by_both_its_names_and_smoothed() -> None:
    names = ["relu2_1", "features.6", "relu2_1/smooth"]
    fields = receptive_fields(Backbone("vgg19"), names)
    assert list(fields) == names
    assert len(set(fields.values())) == 1


def test_a_layer_that_depends_on_the_whole_picture_is_refused() -> None:
    with pytest.raises(ConfigError, match="is the whole picture"):
        receptive_fields(Backbone("mobilenet_v3_small"), ["block7"])
