"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The package `lightning` no longer installs a command of this name, so this project does.
"""

from __future__ import annotations


def main(argv: list[str] | None = None) -> None:
    """Runs LightningCLI, which takes any `class_path` and saves its configuration with the logs."""
    from lightning.pytorch.cli import LightningCLI

    LightningCLI(save_config_kwargs={"overwrite": True}, args=argv)


if __name__ == "__main__":
    main()
