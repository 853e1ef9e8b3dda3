"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The package `lightning` no longer installs a command of this name, so this project does.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def main(argv: list[str] | None = None) -> None:
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
    main()
