"""The type of the argument STYLE."""

from __future__ import annotations

from pathlib import Path

from data.arguments import Checked, existing_file, parse_path
from style.config.drawn_prefix import DRAWN


def _check(path: Path, name: str) -> None:
    if not str(path).startswith(DRAWN):
        existing_file.check(path, name)


style_source = Checked(parse_path, _check, "read")  # a picture, or `drawn:NAME`
