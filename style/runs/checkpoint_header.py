"""What tells the file of an unfinished painting from others, found at once: needs no torch."""

from __future__ import annotations

from pathlib import Path

from data.json_text import json_value
from style.errors import ConfigError

KEY = "hitsujun-painting"  # of the metadata in the file, which is safetensors
SIZE_BYTES = 8  # before the header: its length


def check_checkpoint(path: Path, *, resume: bool) -> None:
    """Raises ConfigError where `path` is another file, or is not there to `resume` from.

    The file is then left as it is. Whether it is of the same painting is not looked at.
    """
    if not path.exists():
        if resume:
            raise no_checkpoint_there(path)
        return
    with path.open("rb") as file:
        size = int.from_bytes(file.read(SIZE_BYTES), "little")
        try:
            if size > path.stat().st_size:
                raise ValueError("it is not safetensors")
            json_value(json_value(file.read(size).decode())["__metadata__"][KEY])
        except (KeyError, TypeError, ValueError) as error:
            raise no_checkpoint(path, error) from error


def no_checkpoint_there(path: Path) -> ConfigError:
    """What to raise where there is no file to resume from."""
    return ConfigError(f"{path} does not exist: start without --resume")


def no_checkpoint(path: Path, why: Exception) -> ConfigError:
    """What to raise for a file that is none of a painting."""
    return ConfigError(f"{path} is no checkpoint of a painting ({why}): name another file")
