"""Where and how precisely to compute, and what it took."""

from __future__ import annotations

import resource
import sys
from importlib.metadata import version

import torch

from style.errors import ConfigError


def chosen_device(name: str) -> torch.device:
    """The device of that name; `auto` is the best there is. Raises ConfigError."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"no device {name!r}; give auto, cpu, cuda, cuda:1 or mps") from error
    known = {"cpu": True, "cuda": torch.cuda.is_available()}
    known["mps"] = torch.backends.mps.is_available()
    if not known.get(device.type, False):
        here = ", ".join(kind for kind, there in known.items() if there)
        raise ConfigError(f"device {name!r} is not to be had here; there is {here}")
    return device


def chosen_devices(names: str) -> list[torch.device]:
    """The devices of names with commas; the first holds the picture. Raises ConfigError."""
    return [chosen_device(name.strip()) for name in names.split(",")]


def low_precision(precision: str, device: torch.device) -> bool:
    """Whether to compute features in bfloat16; `auto`: where the hardware gains by it."""
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
    """Most memory held so far: of the GPU, or resident of this process, in MB."""
    if device.type == "cuda":
        return round(torch.cuda.max_memory_allocated(device) / 1e6, 1)
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def versions() -> dict[str, str]:
    """Of what decides the pixels."""
    return {name: version(name) for name in ("hitsujun", "torch", "pillow")}
