"""The `lightning` command: `lightning fit|validate|test --config FILE`.

The `lightning` package no longer installs a command of that name, so ours does.
"""

from __future__ import annotations


def main(argv: list[str] | None = None) -> None:
    """LightningCLI over any `class_path`; the configuration is kept beside the checkpoints."""
    from lightning.pytorch.cli import LightningCLI

    LightningCLI(save_config_kwargs={"overwrite": True}, args=argv)


if __name__ == "__main__":
    main()
