"""The network in onnxruntime: the same as in torch, without a seam, and refused where damaged."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import style.fast.network
from style.errors import ConfigError, WeightsMissing
from style.fast import FastStyle
from style.fast.network import OUTER, TRUNK, WEIGHTS, Array
from style.training.style_network import StyleNetwork

HALF_PRECISION = 5e-3  # that the weights are rounded to


def picture(height: int, width: int) -> Array:
    return np.random.default_rng(1).random((3, height, width), np.float32)


def test_it_paints_what_the_trained_network_paints(
    network: FastStyle, trained: StyleNetwork
) -> None:
    image = picture(72, 56)
    with torch.no_grad():
        expected = trained(torch.from_numpy(image)[None], torch.tensor([[0.75, 0.25, 0]]))[0]
    painted = network.paint(image, {"wave": 3, "sumi": 1})
    np.testing.assert_allclose(painted, expected.numpy(), atol=HALF_PRECISION)


def test_strips_leave_no_seam(network: FastStyle, monkeypatch: pytest.MonkeyPatch) -> None:
    image = picture(104, 40)
    whole = network.paint(image, {"wave": 1})
    monkeypatch.setattr(style.fast.network, "STRIP_ROWS", 8)
    np.testing.assert_allclose(network.paint(image, {"wave": 1}), whole, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(1, 8), (9, 15), (131, 20)])
def test_a_picture_of_any_size_keeps_its_size(network: FastStyle, height: int, width: int) -> None:
    painted = network.paint(picture(height, width), {"sumi": 1})
    assert painted.shape == (3, height, width)
    assert painted.min() >= 0 and painted.max() <= 1


def test_weights_sum_to_1(network: FastStyle) -> None:
    np.testing.assert_allclose(network.weights({"sumi": 1, "mosaic": 3}), [[0, 0.25, 0.75]])


def test_an_unknown_style_is_refused_with_the_nearest(network: FastStyle) -> None:
    with pytest.raises(ConfigError, match="'wavy'; did you mean wave"):
        network.weights({"wavy": 1})


@pytest.mark.parametrize("blend", [{}, {"wave": 0}, {"wave": 2, "sumi": -1}, {"wave": np.nan}])
def test_weights_that_make_no_mean_are_refused(network: FastStyle, blend: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="allowed: 0 or more, not all of them 0"):
        network.weights(blend)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"trunk\.onnx is missing"):
        FastStyle(tmp_path)


def test_damaged_files_are_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / OUTER).write_bytes((folder / OUTER).read_bytes()[:1000])
    with pytest.raises(WeightsMissing, match="cannot be read"):
        FastStyle(tmp_path)


def test_files_of_two_networks_are_refused(folder: Path, tmp_path: Path) -> None:
    from style.training.export import write_models

    write_models(StyleNetwork(1), ["other"], tmp_path, configuration="of a test")
    shutil.copy(folder / TRUNK, tmp_path)
    with pytest.raises(WeightsMissing, match="different networks"):
        FastStyle(tmp_path)


def test_the_shipped_files_have_at_most_a_megabyte() -> None:
    assert sum((WEIGHTS / name).stat().st_size for name in (TRUNK, OUTER)) <= 1_000_000


@pytest.mark.parametrize("name", [TRUNK, OUTER])
def test_the_model_card_names_the_shipped_files(name: str) -> None:
    digest = hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest()
    assert digest in (WEIGHTS / "README.md").read_text("utf-8")


def test_painting_needs_no_torch() -> None:
    code = (
        "import sys; from PIL import Image; from style.fast import paint, FastStyle\n"
        "paint(Image.new('RGB', (32, 24), 'red'), FastStyle.load().names[0])\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
