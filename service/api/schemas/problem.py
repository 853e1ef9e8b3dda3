"""The answer to every error: a problem document (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.base import ResponseModel


class FieldProblem(ResponseModel):
    """What is wrong with one field of a request."""

    pointer: str = Field(description="JSON pointer to the field")
    detail: str


class Problem(ResponseModel):
    """An error. `detail` and `errors` are left out where there is nothing to say."""

    type: str = Field(
        description="what went wrong, explained at this address",
        json_schema_extra={"format": "uri-reference"},
    )
    title: str
    status: int
    detail: str = ""
    instance: str = Field("", description="path of the request")
    errors: list[FieldProblem] = Field([], description="wrong fields, the first ten")
