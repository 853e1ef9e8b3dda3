"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The package `lightning` no longer installs a command of this name, so this project does.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def main(argv: list[str] | None = None) -> None:
    """Runs LightningCLI, which takes any `class_path` and saves its configuration with the logs.

    A recognizer also learns the sha256 of its configuration files, for its checkpoints.
    """
    from lightning.pytorch.cli import LightningCLI

    class Command(LightningCLI):
        def instantiate_classes(self) -> None:
            super().instantiate_classes()
            files = self._get(self.config, "config") or []
            if hasattr(self.model, "configuration_hash"):
                content = b"".join(Path(str(file)).read_bytes() for file in files)
                self.model.configuration_hash = hashlib.sha256(content).hexdigest()

    Command(save_config_kwargs={"overwrite": True}, args=argv)


if __name__ == "__main__":
    main()
