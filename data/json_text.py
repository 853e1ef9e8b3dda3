"""JSON that comes from outside, which may be damaged or made to do harm."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from data.errors import DataError

SHOWN = 20  # characters of what is not understood


def json_value(text: str | bytes) -> Any:
    """The value of a text in JSON. Raises DataError, with where and why it is none.

    A name that an object has twice is one reason: JSON does not say which of the values counts.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_object)
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise DataError("this is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataError(f"this is not JSON: {_place(error)}") from error
    except RecursionError as error:
        raise DataError("this is not JSON that can be read: it is nested too deeply") from error
    except ValueError as error:  # Python's limit
        raise DataError("this is not JSON that can be read: a number is too long") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise DataError(f"this is not JSON that can be read: it names {twice[:SHOWN]!r} twice")
    return result


def _place(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + SHOWN].strip()
    what = f"{found!r} is not expected" if found else "it ends too early"
    return f"{what} at character {error.colno} of line {error.lineno}"
