"""Blueprints whose endpoints are checked, and documented, by their pydantic models.

An endpoint is written as everywhere in APIFlask:

    @drawings.post("/grade", access=PUBLIC, problems=(*JSON_PROBLEMS, "unknown-character"))
    @drawings.input(GradeRequest)
    @drawings.output(GradeAnswer, description="verdict, score ...")
    def grade(json_data: GradeRequest) -> Answer:
        \"""How well is this character written?\"""

APIFlask makes the OpenAPI document of it. The checks are ours, for three reasons. Pydantic reads
JSON itself, which is faster and survives any nesting. Its errors keep their JSON pointers. An
answer is checked, but not converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from apiflask import APIBlueprint
from flask import Response, current_app, request
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import UnsupportedMediaType

from service.api.access import PUBLIC, allow, limited, security
from service.api.once import check_once
from service.api.problems import TOKEN_PROBLEMS, problem_responses

ALSO = "x-also"  # holds, until the document is complete, what else an endpoint reads
SCHEMAS = "#/components/schemas/"  # where the document keeps the models
Model = TypeVar("Model", bound=BaseModel)
View = TypeVar("View", bound=Callable[..., Any])
Json = dict[str, Any]
Responses = Mapping[int | str, Json]  # OpenAPI objects by status
# A body alone, or with the headers, or with status and headers; a Response is answered as it is.
Answer = Json | tuple[Json, dict[str, str]] | tuple[Json, int, dict[str, str]] | Response


class WrongAnswer(RuntimeError):
    """An endpoint answered what its response model does not allow: a bug in the service."""


class Blueprint(APIBlueprint):  # type: ignore[misc]
    """APIFlask's blueprint, with our checks and with problem documents in the OpenAPI document."""

    def get(
        self,
        rule: str,
        *,
        access: str,
        problems: Iterable[str] = (),
        responses: Responses | None = None,
    ) -> Callable[[View], View]:
        """Route GET.

        `access`: PUBLIC, or the scope of SCOPES that a token must have. `problems`: slugs of
        PROBLEMS. `responses`: what to add to the document.
        """
        return self._endpoint("GET", rule, access, problems, responses)

    def post(
        self,
        rule: str,
        *,
        access: str,
        limit: str | None = None,
        problems: Iterable[str] = (),
        responses: Responses | None = None,
        also: Mapping[str, type[BaseModel] | Json] | None = None,
    ) -> Callable[[View], View]:
        """Route POST, otherwise as `get`. `limit`: the one of LIMITS that a request counts in.

        `also`: for the document, what is read besides the model of `input`, by media type: a
        model, or a media type object of OpenAPI.
        """
        problems = (*problems, *(("too-many-requests",) if limit else ()))
        endpoint = self._endpoint("POST", rule, access, problems, responses, also)
        return lambda view: endpoint(limited(limit, view))

    def patch(
        self, rule: str, *, access: str, problems: Iterable[str] = ()
    ) -> Callable[[View], View]:
        """Route PATCH, otherwise as `get`."""
        return self._endpoint("PATCH", rule, access, problems, None)

    def delete(
        self, rule: str, *, access: str, problems: Iterable[str] = ()
    ) -> Callable[[View], View]:
        """Route DELETE, otherwise as `get`."""
        return self._endpoint("DELETE", rule, access, problems, None)

    def _endpoint(
        self,
        method: str,
        rule: str,
        access: str,
        problems: Iterable[str],
        responses: Responses | None,
        also: Mapping[str, type[BaseModel] | Json] | None = None,
    ) -> Callable[[View], View]:
        path = f"{self.url_prefix or ''}{rule}"
        slugs = (*problems, *(() if access == PUBLIC else TOKEN_PROBLEMS))
        document = self.doc(
            operation_id=_operation_id(method, path),
            security=security(access),
            responses=problem_responses(slugs) | dict(responses or {}),
            extensions={ALSO: _also(also)} if also else None,
        )

        def decorate(view: View) -> View:
            self.add_url_rule(rule, view_func=allow(access, document(view)), methods=[method])
            return view

        return decorate

    def input(
        self,
        model: type[Model],
        location: str = "json",
        *,
        read: Callable[[type[Model]], Model] | None = None,
    ) -> Callable[[View], View]:
        """Pass the request to the view, read into `model`, as the argument `{location}_data`.

        `read` reads it; by default `location` chooses between the JSON body and the query string.
        It raises pydantic's ValidationError or InvalidRequest, answered as a problem document.
        """
        document, read = super().input(model, location), read or READERS[location]

        def decorate(view: View) -> View:
            @wraps(document(view))  # keeps APIFlask's description, and leaves out its check
            def checked(*args: Any, **kwargs: Any) -> Any:
                return view(*args, **kwargs, **{f"{location}_data": read(model)})

            return checked  # type: ignore[return-value]

        return decorate

    def output(
        self,
        model: type[BaseModel],
        status_code: int = 200,
        *,
        description: str,
    ) -> Callable[[View], View]:
        """Check the view's Answer against `model`. Raises WrongAnswer, answered with status 500."""
        document = super().output(model, status_code, description=description)

        def decorate(view: View) -> View:
            @wraps(document(view))
            def answered(*args: Any, **kwargs: Any) -> Response:
                answer = view(*args, **kwargs)
                if isinstance(answer, Response):
                    return answer
                body, *rest = answer if isinstance(answer, tuple) else (answer, status_code)
                return current_app.make_response((json_response(check(model, body)), *rest))

            return answered  # type: ignore[return-value]

        return decorate


def schemas_of(model: type[BaseModel]) -> dict[str, Json]:
    """The schemas of a model and of those within it, by name, as components of the document."""
    schema = model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
    return {**schema.pop("$defs", {}), model.__name__: schema}


def check(model: type[BaseModel], body: Json) -> Json:
    """Returns `body` if `model` allows it. Raises WrongAnswer, whose text repeats no value."""
    try:
        model.model_validate(body)
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)]
        raise WrongAnswer(f"{model.__name__}: {', '.join(places)}") from None
    return body


def json_response(body: Json) -> Response:
    """A JSON answer in UTF-8, without \\u escapes."""
    return Response(to_json(body), mimetype="application/json")


def read_json(model: type[Model]) -> Model:
    """The JSON body of the request."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    return model.model_validate_json(request.get_data())


def read_query(model: type[Model]) -> Model:
    """The query string of the request. Raises InvalidRequest where a name of it is repeated."""
    check_once({name: len(request.args.getlist(name)) for name in model.model_fields})
    return model.model_validate(request.args.to_dict())


READERS: Mapping[str, Callable[[type[Any]], Any]] = {"json": read_json, "query": read_query}


def _also(read: Mapping[str, type[BaseModel] | Json]) -> Json:
    """The `content` that is read besides, by media type, and the `schemas` that it refers to."""
    content, schemas = dict[str, Json](), dict[str, Json]()
    for media_type, model in read.items():
        if isinstance(model, type):
            schemas |= schemas_of(model)
            model = {"schema": {"$ref": f"{SCHEMAS}{model.__name__}"}}
        content[media_type] = model
    return {"content": content, "schemas": schemas}


def _operation_id(method: str, path: str) -> str:
    """The OpenAPI operation id of a route: `get_jobs_job_id` for GET /v1/jobs/<job_id>."""
    words = [re.sub("[.-]", "_", word.strip("<>")) for word in path.split("/")]
    return "_".join([method.lower(), *(word for word in words if word not in ("", "v1"))])
