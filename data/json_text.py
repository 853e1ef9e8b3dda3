"""JSON that comes from outside, which may be damaged or made to do harm."""

from __future__ import annotations

import json
from typing import Any

from data.errors import DataError

SHOWN = 20  # characters of what is not understood


def json_value(text: str | bytes) -> Any:
    """The value of a text in JSON. Raises DataError, with where and why it is none."""
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise DataError("this is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataError(f"this is not JSON: {_place(error)}") from error
    except RecursionError as error:
        raise DataError("this is not JSON that can be read: it is nested too deeply") from error
    except ValueError as error:  # Python's limit
        raise DataError("this is not JSON that can be read: a number is too long") from error


def _place(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + SHOWN].strip()
    what = f"{found!r} is not expected" if found else "it ends too early"
    return f"{what} at character {error.colno} of line {error.lineno}"
