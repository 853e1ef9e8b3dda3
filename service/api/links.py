"""Which requests may follow an answer, and with what of it: the links of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JOB = "$response.body#/id"


@dataclass(frozen=True)
class Link:
    """A request that may follow.

    `operation`: its operation id. `parameters` and `body`: runtime expressions of OpenAPI by the
    name of the parameter, and by the field of the body.
    """

    operation: str
    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The link object of the document."""
        values = {"parameters": dict(self.parameters), "requestBody": dict(self.body)}
        return {
            "operationId": self.operation,
            "description": self.description,
            **{name: value for name, value in values.items() if value},
        }


def _of_job(name: str, operation: str, description: str) -> dict[str, Link]:
    return {name: Link(operation, description, {"job_id": JOB})}


JOB_LINKS = {
    **_of_job("status", "get_jobs_job_id", "how far it is"),
    **_of_job("follow", "get_jobs_job_id_events", "its changes, one after the other"),
    **_of_job("preview", "get_jobs_job_id_preview", "what it looks like while it is painted"),
    **_of_job("result", "get_jobs_job_id_result", "the picture, once it is done"),
    **_of_job("cancel", "delete_jobs_job_id", "stop it, or delete its picture"),
}
# By the operation and the status of its answer.
LINKS: Mapping[tuple[str, str], Mapping[str, Link]] = {
    ("post_devices", "201"): {
        "revoke": Link(
            "delete_devices_device_id", "end its token", {"device_id": "$response.body#/id"}
        ),
    },
    ("get_devices", "200"): {
        "revoke": Link(
            "delete_devices_device_id",
            "end the token of the first",
            {"device_id": "$response.body#/devices/0/id"},
        ),
    },
    ("post_link_codes", "201"): {
        "join": Link(
            "post_devices", "register another device", body={"code": "$response.body#/code"}
        ),
    },
    ("get_queue", "200"): {
        "kanji": Link(
            "get_kanji_character",
            "all facts about the first",
            {"character": "$response.body#/cards/0/kanji"},
        ),
    },
    ("get_reviews", "200"): {
        "next": Link("get_reviews", "the part after this", {"after": "$response.body#/next"}),
    },
    ("get_kanji_character", "200"): {
        "strokes": Link(
            "get_kanji_character_strokes_sha256",
            "the strokes alone, which never change there",
            {
                "character": "$response.body#/character",
                "sha256": "$response.body#/strokes_sha256",
            },
        ),
    },
    ("get_model", "200"): {
        "file": Link("get_model_sha256", "the file", {"sha256": "$response.body#/sha256"}),
    },
    ("post_stylizations", "202"): JOB_LINKS,
    ("post_dreams", "202"): JOB_LINKS,
    ("get_jobs_job_id", "200"): JOB_LINKS,
}


def add_links(operation: dict[str, Any]) -> None:
    """Add the links to the answers of an operation of the document."""
    for status, response in operation["responses"].items():
        links = LINKS.get((operation["operationId"], status), {})
        if links:
            response["links"] = {name: link.to_dict() for name, link in links.items()}
