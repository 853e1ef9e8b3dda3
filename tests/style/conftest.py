"""Fixtures that several rooms of `style` share."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights


@pytest.fixture
def backbone() -> Backbone:
    """An AlexNet with random weights, the same in every test."""
    torch.manual_seed(1)
    return Backbone("alexnet")


@pytest.fixture
def import_random_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Imports random weights for a backbone into a cache that only this test uses."""
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))

    def imported(name: str) -> None:
        torch.manual_seed(1)
        path = tmp_path / f"{name}.safetensors"
        save_file(dict(Backbone(name).network.state_dict()), path)
        import_weights(path, facts_of(name))

    return imported
