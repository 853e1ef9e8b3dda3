"""What the service answers, whatever is sent to it, is what its OpenAPI document says."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from service.settings import Settings
from tests.service.databases import both

pytest.importorskip("schemathesis", reason="schemathesis is not installed: see the extra dev")

# The phase "coverage" takes most of the time: it runs on one database here, on both in the bench.
PLANS = {
    "sqlite": {"examples": 4, "phases": ("examples", "coverage", "stateful")},
    "postgresql": {"examples": 6, "phases": ("examples", "fuzzing", "stateful")},
}


@both
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestWarning")
def test_the_service_does_what_its_document_says(
    settings: Settings, engine: Engine, backend: str
) -> None:
    from tests.service.contract import WITHOUT_LIMITS, serving, try_contract

    with serving(replace(settings, **WITHOUT_LIMITS)) as address:
        report = try_contract(address, seed=17, **PLANS[backend])  # type: ignore[arg-type]
    assert report.cases > 100
    assert not report.failures, "\n\n".join(map(str, report.failures.items()))
