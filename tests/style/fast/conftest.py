"""A fast style network with random weights, as files."""

from pathlib import Path

import pytest
import torch

from style.fast import FastStyle
from style.training.export import write_models
from style.training.style_network import ConditionalNorm, StyleNetwork

NAMES = ("wave", "sumi", "mosaic")


@pytest.fixture(scope="session")
def trained() -> StyleNetwork:
    """A network whose styles differ; its weights are random."""
    torch.manual_seed(1)
    network = StyleNetwork(len(NAMES))
    for module in network.modules():
        if isinstance(module, ConditionalNorm):
            torch.nn.init.normal_(module.scale, 1, 0.3)
            torch.nn.init.normal_(module.shift, 0, 0.3)
    return network


@pytest.fixture(scope="session")
def folder(trained: StyleNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the network."""
    path = tmp_path_factory.mktemp("weights")
    write_models(trained, NAMES, path, configuration="of a test")
    return path


@pytest.fixture(scope="session")
def network(folder: Path) -> FastStyle:
    return FastStyle(folder, threads=1)
