"""What all request and response models have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import core_schema


class RequestModel(BaseModel):
    """A request, which has no keys but ours."""

    model_config = ConfigDict(extra="forbid")


class ResponseModel(BaseModel):
    """An answer. Every key is declared and none is converted, so `check` cannot change it."""

    model_config = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True)
class OneOf:
    """For `Annotated[str, OneOf(names)]`: one of `names`, an `enum` in the document."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(list(self.names))


# The steps that pydantic adds to the place of a fault within `text_or_list`; no key is called so.
BRANCHES = TEXT, LIST = "(text)", "(list)"


def text_or_list(text: Any, listed: Any) -> Any:
    """Either a text of one type or a list of another; a fault is told of the one that was sent."""

    def branch(value: object) -> str | None:
        return TEXT if isinstance(value, str) else LIST if isinstance(value, list) else None

    return Annotated[
        Annotated[text, Tag(TEXT)] | Annotated[listed, Tag(LIST)],
        Discriminator(
            branch,
            custom_error_type="text_or_list",
            custom_error_message="must be a text or a list",
        ),
    ]


Time = Annotated[  # ISO 8601, UTC
    str, Field(json_schema_extra={"format": "date-time"})
]

RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL cannot store NUL, and nobody means the others
VISIBLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"  # and not only spaces


def number(value: object) -> object:
    """For BeforeValidator: a number of JSON, where pydantic takes "1" and true for one, too.

    `Field` must stand before it, so that its limits are in the document.
    """
    if isinstance(value, str | bool):
        raise ValueError("must be a number, not a string or a boolean")
    return value


def boolean(value: object) -> object:
    """For a validator before pydantic's own, which takes "yes" and 1 for true, too."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def rfc3339(value: object) -> object:
    """For BeforeValidator: a time as RFC 3339 writes it; pydantic takes many more for one."""
    if isinstance(value, str) and RFC3339.fullmatch(value):
        return value
    raise ValueError("must be a time with its zone, such as 2026-11-11T08:00:00Z")


def whole_number(value: object) -> object:
    """For BeforeValidator: the number of a query string, which int() reads more loosely."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    raise ValueError("must be a whole number of at most 15 digits, without a sign")
