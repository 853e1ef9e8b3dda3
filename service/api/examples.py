"""The examples of the OpenAPI document: requests that were sent, and what was answered.

`python -m tests.service.record_examples` writes examples.json; a test checks it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "examples.json"


@cache
def recorded() -> dict[str, Any]:
    """By operation id: `parameters` by name, the `body`, and the `answers` by status."""
    examples: dict[str, Any] = json.loads((files(__package__) / FILE).read_text("utf-8"))
    return examples


def add_examples(operation: dict[str, Any]) -> None:
    """Add the examples to an operation of the document."""
    example = recorded().get(operation["operationId"], {})
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "body" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["body"]
    for status, body in example.get("answers", {}).items():
        operation["responses"][status]["content"]["application/json"]["example"] = body
