"""Which parts of a file a client may ask for."""

from __future__ import annotations

import re

from flask import request

ONE_PART = re.compile(r"bytes=([0-9]+-[0-9]*|-[0-9]+)")


def ignore_other_ranges() -> None:
    """Answer a Range with the whole file, unless it asks for one part in bytes.

    RFC 9110 says so of other units and of what is no range, and allows it for several parts, which
    Werkzeug would refuse.
    """
    if not ONE_PART.fullmatch(request.headers.get("Range", "")):
        request.environ.pop("HTTP_RANGE", None)
