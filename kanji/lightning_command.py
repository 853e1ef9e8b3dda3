"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The package `lightning` no longer installs a command of this name, so this project does.
"""

from __future__ import annotations

import hashlib
import re
import sys
from argparse import ArgumentError
from pathlib import Path

from data.errors import DataError
from data.exit_status import PACKAGES
from data.one_line import one_line
from data.os_errors import in_words
from data.torch_archive import check_unpacked_size

MOST_CHARACTERS = 300  # of what is said of an option: a whole network may have been given


def main(argv: list[str] | None = None) -> int:
    """As `run`, and returns the exit status. What was given wrong is one line, without traceback.

    Any other error keeps its traceback, which an engineer needs.
    """
    try:
        run(argv)
    except Exception as error:
        if (reason := reason_of(error)) is None:
            raise
        print(f"lightning: {one_line(reason)}", file=sys.stderr)
        return 2
    return 0


def reason_of(error: BaseException) -> str | None:
    """What a user has to change, by an error or what it came from; None where that is not known.

    An error inside a worker of a DataLoader has that worker's traceback for its text.
    """
    from lightning.fabric.utilities.exceptions import MisconfigurationException

    is_ours = type(error).__module__.partition(".")[0] in PACKAGES
    if is_ours or isinstance(error, MisconfigurationException):
        return str(error) if "Traceback" not in str(error) else None
    if isinstance(error, OSError) and error.filename is not None:
        return in_words(error)
    if error.__cause__ and (reason := reason_of(error.__cause__)):
        return reason
    return _shortened(str(error)) if isinstance(error, ArgumentError) else None


def _shortened(text: str) -> str:
    """What jsonargparse says of an option: its name, what was expected, and what was given."""
    first, *lines = map(str.strip, text.splitlines())
    kept = [line.removeprefix("- ") for line in lines if line.startswith(("- ", "Given value:"))]
    return " ".join([first, "; ".join(kept)]).strip()[:MOST_CHARACTERS]


def check_checkpoint(path: str) -> None:
    """Raises DataError or OSError where `--ckpt_path` names no checkpoint of a training.

    Lightning's own names, as `last`, and URLs are left to it.
    """
    if "://" in path or re.fullmatch("best|last|hpc|registry(:.*)?", path):
        return
    import torch

    if Path(path).is_dir():  # of a training that is divided among many processes
        return
    Path(path).stat()
    check_unpacked_size(Path(path))
    try:
        stored = torch.load(path, map_location="meta", weights_only=True)
        is_ours = "pytorch-lightning_version" in stored and "state_dict" in stored
    except Exception:  # what torch.load raises for any other file
        is_ours = False
    if not is_ours:
        raise DataError(
            f"--ckpt_path {path} is no checkpoint of a training: give a .ckpt of `lightning fit`"
        )


def run(argv: list[str] | None = None) -> None:
    """Runs LightningCLI, which takes any `class_path` and saves its configuration with the logs.

    A training that is resumed has the settings of the configuration, as one that begins. A
    recognizer also learns the sha256 of its configuration files, for its checkpoints. A test of
    weights that come from no checkpoint says so.
    """
    from lightning.pytorch.cli import LightningCLI
    from lightning.pytorch.utilities import rank_zero_warn

    class Command(LightningCLI):
        def _parse_ckpt_path(self) -> None:
            """Lightning would train on with the checkpoint's settings of the model, silently."""
            subcommand = self.config.get("subcommand")
            if subcommand and (path := self.config[subcommand].get("ckpt_path")):
                check_checkpoint(str(path))
            if subcommand != "fit":
                super()._parse_ckpt_path()

        def instantiate_classes(self) -> None:
            super().instantiate_classes()
            files = self._get(self.config, "config") or []
            if hasattr(self.model, "configuration_hash"):
                content = b"".join(Path(str(file)).read_bytes() for file in files)
                self.model.configuration_hash = hashlib.sha256(content).hexdigest()

        def before_test(self) -> None:
            if not self._get(self.config_init, "ckpt_path"):
                rank_zero_warn(
                    "no checkpoint is tested, but the weights that the model begins with: give"
                    " --ckpt_path FILE"
                )

        before_validate = before_test

    Command(
        save_config_kwargs={"overwrite": True},
        parser_kwargs={"exit_on_error": False},  # raises ArgumentError
        args=argv,
    )


if __name__ == "__main__":
    sys.exit(main())
