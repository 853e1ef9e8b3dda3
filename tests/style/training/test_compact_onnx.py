"""A backbone is exported for phones: what the files hold, and that onnxruntime computes alike."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser

from service.cli import main
from style.backbones.backbone import Backbone
from tests.style.training.browser_runtime import browser_runtime

NAME, SIDE = "squeezenet1_0", 96


@pytest.fixture
def photos(tmp_path: Path, import_random_weights: Callable[[str], None]) -> Path:
    """A folder of two photos, and weights for the network."""
    import_random_weights(NAME)
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in (1, 2):
        coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(coarse).resize((SIDE, SIDE)).save(folder / f"{seed}.png")
    return folder


def exported(folder: Path, precision: str, *photos: str) -> Path:
    path = folder / f"{precision}.onnx"
    arguments = ["weights", "export", NAME, "-o", str(path), "--precision", precision]
    arguments += photos if precision == "int8" else ()
    assert main(arguments) == 0
    return path


def features(path: Path, picture: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(names, {"picture": picture}), strict=True))


def error(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize(
    ("precision", "size", "most"),
    [("float32", 1, 1e-5), ("float16", 0.51, 3e-3), ("int8", 0.3, 0.2)],
)
def test_features_are_those_of_the_backbone(
    photos: Path, tmp_path: Path, precision: str, size: float, most: float
) -> None:
    path = exported(tmp_path, precision, "--photos", str(photos))
    backbone = Backbone.load(NAME)
    weights = 4 * sum(one.numel() for one in backbone.network.parameters())
    assert path.stat().st_size < size * weights + 100_000
    picture = np.asarray(Image.open(photos / "1.png"), np.float32).transpose(2, 0, 1)[None] / 255
    found = features(path, picture)
    assert {"relu1", "fire4/concat"} <= found.keys()
    with torch.inference_mode():
        expected = backbone(torch.from_numpy(picture), list(found))
    for name, values in found.items():
        assert error(values, expected[name].numpy()) < most, name


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_a_browser_computes_the_same(
    browser: Browser, photos: Path, tmp_path: Path, precision: str
) -> None:
    path = exported(tmp_path, precision, "--photos", str(photos))
    picture = np.random.default_rng(3).random((1, 3, SIDE, SIDE), np.float32)
    expected = features(path, picture)
    with browser_runtime(browser, path) as runtime:
        found = runtime.run({"picture": picture})
    assert found.keys() == expected.keys()
    assert all(error(found[name], expected[name]) < 1e-4 for name in expected)


def test_int8_needs_photos(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "int8.onnx"
    assert main(["weights", "export", NAME, "-o", str(path), "--precision", "int8"]) == 2
    assert "int8 needs --photos" in capsys.readouterr().err
    assert not path.exists()
