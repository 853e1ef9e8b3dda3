"""The fast style network with a trunk in 8 bits paints nearly what the shipped one paints."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from playwright.sync_api import Browser

from data.errors import DataError
from style.errors import ConfigError
from style.fast import FastStyle, paint
from style.fast.network import OUTER, TRUNK, WEIGHTS
from style.training.compact_fast import IN_FLOAT, main, write_compact
from tests.style.training.browser_runtime import browser_runtime

DEQUANTIZED = "DequantizeLinear"
# Relative: another order of sums moves a value to the next of 256, and norms make it larger.
SAME_IN_BYTES = 0.1


def photo(seed: int, side: int = 96) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes, with the scales of three photos."""
    photos, written = tmp_path_factory.mktemp("photos"), tmp_path_factory.mktemp("written")
    for seed in (1, 2, 3):
        photo(seed).save(photos / f"{seed}.png")
    main([str(photos), "-o", str(written)])
    return written


def test_its_convolutions_are_integers_but_for_the_first_ones(folder: Path) -> None:
    nodes = onnx.load(folder / TRUNK).graph.node
    made = {name: node for node in nodes for name in node.output}
    convolutions = [node for node in nodes if node.op_type == "Conv"]
    kinds = [made.get(node.input[1]) for node in convolutions]
    in_float = [
        number for number, one in enumerate(kinds) if getattr(one, "op_type", "") != DEQUANTIZED
    ]
    assert in_float == list(IN_FLOAT) and len(convolutions) == 13
    assert (folder / TRUNK).stat().st_size < 0.75 * (WEIGHTS / TRUNK).stat().st_size
    assert (folder / OUTER).read_bytes() == (WEIGHTS / OUTER).read_bytes()


@pytest.mark.parametrize("style", ["wave", "sumi", "mosaic"])
def test_it_paints_nearly_what_the_shipped_network_paints(folder: Path, style: str) -> None:
    picture = photo(4)
    found = np.asarray(paint(picture, style, network=FastStyle.load(folder)), np.float32)
    expected = np.asarray(paint(picture, style), np.float32)
    assert 0 < np.abs(found - expected).mean() < 12


def test_a_browser_computes_the_same(browser: Browser, folder: Path) -> None:
    network = FastStyle.load(folder)
    picture = np.asarray(photo(5), np.float32).transpose(2, 0, 1)[None] / np.float32(255)
    feeds = {"picture": picture, "style": network.weights({"wave": 1.0})}
    with browser_runtime(browser, folder / TRUNK) as runtime:
        found = runtime.run(feeds)["features"]
    (expected,) = network._trunk.run(None, feeds)
    assert np.linalg.norm(found - expected) / np.linalg.norm(expected) < SAME_IN_BYTES


def test_without_photos_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="8 bits need photos"):
        write_compact(tmp_path, [])


def test_the_network_that_it_reads_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="would overwrite the shipped network"):
        main([str(tmp_path), "-o", str(WEIGHTS)])
