"""onnxruntime, which runs the shipped networks."""

from __future__ import annotations

import os
from typing import Any

TELEMETRY_OFF = "ORT_DISABLE_TELEMETRY"  # read once, when the library is loaded


def onnxruntime() -> Any:
    """The library, loaded at the first call, without its reports of use to Microsoft.

    They are on by default from version 1.32 on, in a thread of their own. Without that thread a
    process that has loaded a network may be forked. Whoever sets the variable to 0 has them back.
    """
    os.environ.setdefault(TELEMETRY_OFF, "1")
    import onnxruntime as library

    return library
