"""Standard streams that whoever started us closed, as `hitsujun ... >&-` does."""

from __future__ import annotations

import os
import sys

MODES = (os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)  # reading 0 and writing to 1 stay errors


def open_closed_streams() -> None:
    """Opens the null device as each of them, or the next file would have its number.

    What Python has as None is then a stream: output that nobody can read is OSError, and words on
    stderr are lost.
    """
    for number, mode in enumerate(MODES):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
