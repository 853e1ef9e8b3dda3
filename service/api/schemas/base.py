"""What all request and response models have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
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


Time = Annotated[  # ISO 8601, UTC
    str, Field(json_schema_extra={"format": "date-time"})
]

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL cannot store NUL, and nobody means the others


def whole_number(value: object) -> object:
    """For BeforeValidator: the number of a query string, which int() reads more loosely."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    raise ValueError("must be a whole number, 0 or more")
