"""What a file of weights may be, by its suffix and its first bytes. Needs no torch."""

from __future__ import annotations

from pathlib import Path

from data.content import BINARY, NOT_UTF8, ZIP, head_of, named_content
from style.errors import WeightsMissing

SUFFIXES = (".safetensors", ".pth", ".pt", ".caffemodel", ".net")
_TORCH = (".pth", ".pt")


def check_weights_file(path: Path) -> None:
    """Raises WeightsMissing for a suffix that is none of SUFFIXES, and for what is no weights.

    That is an empty file, text, a picture and the like; damage is left to the reader. Raises
    OSError where the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise WeightsMissing(f"{path}: the suffix must be one of {', '.join(SUFFIXES)}")
    found = named_content(head_of(path))
    if found not in (BINARY, NOT_UTF8) and not (found == ZIP and suffix in _TORCH):
        raise WeightsMissing(f"{path} is {found}, not a {suffix} file of weights")
