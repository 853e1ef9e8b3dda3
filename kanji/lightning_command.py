"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The package `lightning` no longer installs a command of this name, so this project does.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from data.exit_status import PACKAGES
from data.one_line import one_line
from data.os_errors import in_words


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
    return reason_of(error.__cause__) if error.__cause__ else None


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
            if self.config.get("subcommand") != "fit":
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

    Command(save_config_kwargs={"overwrite": True}, args=argv)


if __name__ == "__main__":
    sys.exit(main())
