"""An unfinished painting or dream in a file, from which it is resumed: safetensors, no pickle."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from data.cache import replacing
from data.json_text import json_value
from style.config.checked import CheckedConfig
from style.errors import ConfigError
from style.pictures.identity import pictures_sha256
from style.runs.checkpoint_header import KEY, no_checkpoint, no_checkpoint_there
from style.runs.device import versions

EVERY_S = 60.0  # seconds between two writes

log = logging.getLogger(__name__)

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class CheckpointFile:
    """Where an unfinished painting is written to. `resume`: whether it is resumed from there.

    `is_optional`: the painting goes on where the disk does not take the file.
    """

    path: Path
    resume: bool = False
    is_optional: bool = False

    def remove(self) -> None:
        """Removes the file, once the finished picture is saved."""
        self.path.unlink(missing_ok=True)


class Checkpoint:
    """The states of one painting, which `config` and `pictures` identify.

    Raises ConfigError where the file exists and is none of this painting: it is left as it is.
    """

    def __init__(
        self, file: CheckpointFile, config: CheckedConfig, pictures: Sequence[Image.Image | str]
    ) -> None:
        self.path, self.resume, self.is_optional = file.path, file.resume, file.is_optional
        self.identity = {
            "config": asdict(config), "pictures": pictures_sha256(pictures), "versions": versions(),
        }  # fmt: skip
        self._written = time.monotonic()
        self._latest: tuple[Tensors, Mapping[str, Any]] | None = None
        if self.path.exists():
            self._read()

    def keep(self, tensors: Tensors, where: Mapping[str, Any]) -> None:
        """Remembers a state, and writes it if the last write was EVERY_S ago.

        `where`: its scale, step and whatever else the run needs, as JSON can hold it.
        """
        self._latest = tensors, where
        if time.monotonic() - self._written >= EVERY_S:
            self.write()

    def write(self) -> None:
        """Writes the remembered state, whole or not at all."""
        if not self._latest:
            return
        tensors, where = self._latest
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        self._written = time.monotonic()
        try:
            with replacing(self.path) as partial:
                save_file(plain, partial, metadata={KEY: json.dumps(self.identity | dict(where))})
        except (OSError, SafetensorError) as error:
            if not self.is_optional:
                raise
            log.warning("the checkpoint cannot be written: %s", error)

    def resumed(self) -> tuple[Tensors, dict[str, Any]]:
        """The state in the file and where it was, as `keep` took it; the start without `resume`.

        Raises ConfigError where there is no file.
        """
        return self._read() if self.resume else ({}, {"scale": 0, "step": 0})

    def _read(self) -> tuple[Tensors, dict[str, Any]]:
        try:
            with safe_open(self.path, framework="pt") as file:
                saved = dict(json_value((file.metadata() or {})[KEY]))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except FileNotFoundError as error:
            raise no_checkpoint_there(self.path) from error
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise no_checkpoint(self.path, error) from error
        self._compare(saved)
        return tensors, {name: saved[name] for name in saved.keys() - self.identity.keys()}

    def _compare(self, saved: Mapping[str, object]) -> None:
        other = [name for name, value in self.identity.items() if saved.get(name) != value]
        if other:
            raise ConfigError(
                f"{self.path} is of a painting with other {' and '.join(other)}: give the same"
                " options and pictures, or name another file"
            )
