"""Why a job failed, as a code."""

import pytest

import style.errors
from service.errors import DeadlinePassed, StorageFull
from service.jobs.failure import FAILURES, failure_of


class Unheard(Exception):
    """An error of nobody."""


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (MemoryError(), "out-of-memory", "smaller size"),
        (RuntimeError("[enforce fail] can't allocate memory"), "out-of-memory", "smaller size"),
        (style.errors.NotFinite("the loss is not finite"), "not-finite", "the loss is not finite"),
        (DeadlinePassed("too long"), "deadline-passed", "too long"),
        (StorageFull("full"), "storage-full", "full"),
        (OSError(28, "No space left on device"), "storage-full", "full"),
        (OSError(5, "Input/output error"), "storage-unavailable", "cannot be stored"),
        (ModuleNotFoundError("No module", name="torch"), "not-installed", "torch"),
        (Unheard("/home/somebody"), "internal", "Unheard"),
    ],
)
def test_an_error_has_a_code_and_a_text(error: Exception, code: str, text: str) -> None:
    failure = failure_of(error)
    assert failure.code == code and text in failure.text and "/home" not in failure.text


def test_every_error_of_style_has_a_code_of_its_own() -> None:
    kinds = [one for one in vars(style.errors).values() if isinstance(one, type)]
    errors = [one for one in kinds if issubclass(one, style.errors.StyleError)]
    codes = {failure_of(one("x")).code for one in errors if one is not style.errors.StyleError}
    assert len(codes) == len(errors) - 1 and codes <= FAILURES.keys() - {"internal"}
