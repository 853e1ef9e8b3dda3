"""Why a job failed: a code for programs, which have texts of their own, and a text in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.blobs.trouble import storage_error
from service.errors import slug_of

INTERNAL, OUT_OF_MEMORY, NOT_INSTALLED = "internal", "out-of-memory", "not-installed"
# By code, which is the slug of the error that ended the painting, but for the first four.
FAILURES: Mapping[str, str] = {
    INTERNAL: "an error of the painter itself",
    OUT_OF_MEMORY: "the picture does not fit into the memory of the painter",
    NOT_INSTALLED: "a part of the painter is not installed",
    "worker-died": "the painter died while it painted this, as often as it may",
    "deadline-passed": "the painting took longer than is allowed",
    "not-finite": "a loss became infinite or not a number",
    "config-error": "options do not fit each other or the picture",
    "picture-error": "a picture is damaged, too small or too large",
    "unknown-backbone": "there is no such network, or no such layer in it",
    "weights-missing": "the weights of the network are not available",
    "storage-full": "the disk of the service is full",
    "storage-unavailable": "the pictures cannot be stored or read",
}
OURS = frozenset({"style", "service", "data"})  # packages whose errors the user may read
MEMORY_WORDS = ("out of memory", "can't allocate memory")  # in errors of torch


@dataclass(frozen=True)
class Failure:
    """`code`: of FAILURES. `text`: what the user may read."""

    code: str
    text: str

    def columns(self) -> dict[str, str]:
        """The values of a job's row."""
        return {"error": self.text, "error_code": self.code}


def failure_of(error: Exception) -> Failure:
    """The text of our own errors, the type of others."""
    if isinstance(error, MemoryError) or any(words in str(error) for words in MEMORY_WORDS):
        return Failure(OUT_OF_MEMORY, "not enough memory; try a smaller size")
    if type(error).__module__.split(".")[0] in OURS:
        slug = slug_of(type(error))
        return Failure(slug if slug in FAILURES else INTERNAL, str(error))
    if isinstance(error, OSError) and error.errno:
        return failure_of(storage_error(error))
    if isinstance(error, ModuleNotFoundError):
        text = f"the worker needs {error.name}: pip install 'hitsujun[style]'"
        return Failure(NOT_INSTALLED, text)
    return Failure(INTERNAL, f"the painter failed ({type(error).__name__})")
