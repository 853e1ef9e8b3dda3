"""The networks that go to ExecuTorch are those that ship. ExecuTorch itself is not needed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from tests.bench.executorch.networks import Network, fast_trunk, recognizer


@pytest.mark.parametrize(
    ("build", "same"),
    [(fast_trunk, 1e-5), (recognizer, 0.02)],  # the recognizer's file is computed in 8 bits
    ids=["fast style", "recognizer"],
)
def test_a_network_in_torch_computes_what_its_file_does(
    build: Callable[[Path], Network], same: float, tmp_path: Path
) -> None:
    network = build(tmp_path)
    session = onnxruntime.InferenceSession(network.onnx, providers=["CPUExecutionProvider"])
    expected = session.run(None, network.feeds())
    with torch.no_grad():
        found = network.module(*network.inputs)
    for one, other in zip(found, expected, strict=True):
        assert np.linalg.norm(one.numpy() - other) < same * np.linalg.norm(other)
