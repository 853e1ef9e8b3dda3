"""The service on a port of its own, and pages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from service.api.app import create_app
from service.settings import Settings
from tests.service.answering import answering
from tests.service.page.learner import PHONE

TIMEOUT_MS = 30_000  # that the page may take for one step on a busy machine

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        limit_devices="100000/hour",  # all tests come from one address
        limit_failed_tokens="100000/minute",
    )
    with answering(create_app(settings), threads=4) as address:
        yield f"{address}/"


@pytest.fixture
def new_page(browser: Browser, address: str) -> Iterator[NewPage]:
    """Makes a page of a new device; no page may raise an error that nobody caught.

    It has no service worker, which would fetch all files of the page once more for each test.
    """
    expect.set_options(timeout=TIMEOUT_MS)
    contexts = []
    errors: list[str] = []

    def make(path: str = "", **options: Any) -> Page:
        defaults: dict[str, Any] = {"has_touch": True, "reduced_motion": "reduce"}
        defaults |= {"viewport": PHONE, "locale": "en-GB", "service_workers": "block"}
        context = browser.new_context(**(defaults | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The page of a new device, on a phone."""
    return new_page()
