"""Export of a checkpoint."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch.nn import functional

from data.errors import DataError
from style.errors import WeightsMissing
from style.fast import FastStyle
from style.fast.network import OUTER, TRUNK
from style.training.export import main
from style.training.onnx_graph import kernel_of_phase
from style.training.style_network import StyleNetwork


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_small_kernel_gives_each_phase_of_the_enlarged_picture(row: int, column: int) -> None:
    torch.manual_seed(1)
    small, kernel = torch.randn(1, 2, 5, 5), torch.randn(3, 2, 3, 3)
    large = functional.interpolate(small, scale_factor=2, mode="nearest")
    expected = functional.conv2d(large, kernel)[..., 1 - row :: 2, 1 - column :: 2]
    merged = torch.from_numpy(kernel_of_phase(kernel.numpy(), row, column))
    found = functional.conv2d(small, merged)
    height, width = expected.shape[-2:]
    offset = (found.shape[-1] - width) // 2
    found = found[..., offset : offset + height, offset : offset + width]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_a_checkpoint_becomes_files_that_paint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(1)
    state = {f"model.{name}": value for name, value in StyleNetwork(2).state_dict().items()}
    checkpoint = {
        "state_dict": state | {"untouched": torch.ones(2)},
        "hyper_parameters": {"styles": {"wave": "wave.jpg", "sumi": "drawn"}},
    }
    torch.save(checkpoint, tmp_path / "last.ckpt")
    (tmp_path / "config.yaml").write_text("seed_everything: 1\n")
    options = ["--config", str(tmp_path / "config.yaml"), "-o", str(tmp_path)]
    main([str(tmp_path / "last.ckpt"), *options])
    network = FastStyle(tmp_path, threads=1)
    assert network.names == ("wave", "sumi")
    assert np.isfinite(network.paint(np.zeros((3, 16, 16), np.float32), {"wave": 1})).all()
    printed = capsys.readouterr().out
    for name in (TRUNK, OUTER):
        data = (tmp_path / name).read_bytes()
        assert f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}" in printed
        metadata = {p.key: p.value for p in onnx.load(tmp_path / name).metadata_props}
        configuration = hashlib.sha256((tmp_path / "config.yaml").read_bytes()).hexdigest()
        assert metadata["configuration_hash"] == configuration
        assert json.loads(metadata["styles"]) == ["wave", "sumi"]


def test_a_checkpoint_is_not_replaced_by_what_is_made_of_it(tmp_path: Path) -> None:
    checkpoint = tmp_path / TRUNK
    checkpoint.write_bytes(b"trained")
    with pytest.raises(DataError, match=r"--output .* would overwrite CHECKPOINT"):
        main([str(checkpoint), "-o", str(tmp_path)])
    assert checkpoint.read_bytes() == b"trained"


@pytest.mark.parametrize("content", [b"junk", b"", None])
def test_what_is_no_checkpoint_is_named(tmp_path: Path, content: bytes | None) -> None:
    checkpoint = tmp_path / "last.ckpt"
    if content is None:
        torch.save({"state_dict": {}, "hyper_parameters": {}}, checkpoint)
    else:
        checkpoint.write_bytes(content)
    with pytest.raises(WeightsMissing, match=r"last\.ckpt is no checkpoint of a fast"):
        main([str(checkpoint), "-o", str(tmp_path / "out")])
    with pytest.raises(PermissionError, match="/proc/out"):
        main([str(checkpoint), "-o", "/proc/out"])
