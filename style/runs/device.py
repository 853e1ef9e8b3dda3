"""The device and precision of a run, its random generator, its memory and versions."""

from __future__ import annotations

import resource
import sys
from importlib.metadata import version

import torch

from style.errors import ConfigError


def chosen_device(name: str) -> torch.device:
    """The device of that name; `auto` prefers CUDA, then MPS, then the CPU.

    Raises ConfigError where torch does not know the name or the device is not available.
    """
    available = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if available[kind]))
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(
            f"device {name!r} is unknown; give auto, cpu, cuda, cuda:1 or mps"
        ) from error
    if not available.get(device.type, False):
        kinds = ", ".join(kind for kind, is_available in available.items() if is_available)
        raise ConfigError(f"device {name!r} is not available here; available: {kinds}")
    return device


def chosen_devices(names: str) -> list[torch.device]:
    """The devices of comma-separated names. The first holds the picture. Raises ConfigError."""
    return [chosen_device(name.strip()) for name in names.split(",")]


def low_precision(precision: str, device: torch.device) -> bool:
    """Whether to compute features in bfloat16.

    `precision`: "bf16", "float32", or "auto", which means bfloat16 where the hardware supports it
    natively.
    """
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def seeded(seed: int) -> torch.Generator:
    """A generator on the CPU, so that every device starts from the same numbers."""
    return torch.Generator().manual_seed(seed)


def peak_memory_mb(device: torch.device) -> float:
    """Peak memory in MB: allocated on a CUDA device, else resident in this process."""
    if device.type == "cuda":
        return round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * bytes_per_unit / 1e6, 1)


def versions() -> dict[str, str]:
    """Versions of the distributions that decide the pixels, by name."""
    return {name: version(name) for name in ("hitsujun", "torch", "pillow")}
