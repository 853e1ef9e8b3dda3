"""An exported network, read to train it further."""

from pathlib import Path

import pytest
import torch

from style.errors import WeightsMissing
from style.training.export import write_models
from style.training.exported_network import exported_network
from style.training.style_network import StyleNetwork


def test_it_paints_as_the_network_that_was_exported(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network, images = StyleNetwork(2), torch.rand(1, 3, 32, 24)
    torch.nn.init.normal_(network.refine.first.norm.shift)
    write_models(network, ["wave", "sumi"], tmp_path, configuration="of a test")
    found, weights = exported_network(tmp_path), torch.tensor([[0.3, 0.7]])
    with torch.no_grad():
        torch.testing.assert_close(
            found(images, weights), network(images, weights), atol=5e-3, rtol=0
        )


def test_a_folder_without_a_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=f"{tmp_path} has no exported network"):
        exported_network(tmp_path)
