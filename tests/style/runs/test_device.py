"""Devices and precision."""

import pytest
import torch

from style.errors import ConfigError
from style.runs.device import chosen_device, chosen_devices, low_precision


@pytest.fixture
def cpu_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)


@pytest.mark.usefixtures("cpu_only")
def test_auto_is_the_cpu_where_there_is_nothing_else() -> None:
    assert chosen_device("auto") == torch.device("cpu")
    assert chosen_devices("cpu, auto") == [torch.device("cpu")] * 2


@pytest.mark.parametrize(("available", "kind"), [("cuda", "cuda"), ("backends.mps", "mps")])
@pytest.mark.usefixtures("cpu_only")
def test_auto_prefers_a_gpu(monkeypatch: pytest.MonkeyPatch, available: str, kind: str) -> None:
    monkeypatch.setattr(f"torch.{available}.is_available", lambda: True)
    assert chosen_device("auto").type == kind


@pytest.mark.usefixtures("cpu_only")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("cuda:1", "device 'cuda:1' is not available here; available: cpu"),
        ("meta", "device 'meta' is not available here"),
        ("nonsense", "device 'nonsense' is unknown; give auto, cpu, cuda"),
    ],
)
def test_a_device_that_is_not_available_is_refused(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        chosen_device(name)


def test_a_precision_that_is_named_is_used_on_any_device() -> None:
    cpu = torch.device("cpu")
    assert low_precision("bf16", cpu) and not low_precision("float32", cpu)
