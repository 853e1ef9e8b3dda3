"""Names of a query or a form that may be given once: of two values, none is chosen silently."""

from __future__ import annotations

from collections.abc import Mapping

from service.errors import InvalidRequest


def check_once(counts: Mapping[str, int]) -> None:
    """Raises InvalidRequest that names what is given more than once. `counts`: by name."""
    faults = {
        name: f"given {count} times; give it once" for name, count in counts.items() if count > 1
    }
    if faults:
        raise InvalidRequest(
            "; ".join(f"{name} is {text}" for name, text in faults.items()), faults
        )
