"""A browser before a service of its own."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from service.api.app import create_app
from service.settings import Settings
from tests.browser import chromium
from tests.service.answering import answering
from tests.service.page.learner import PHONE

STEP_MS = 120_000  # that a step may take on a busy machine


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a new service, which keeps its data in `folder`."""
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # a page asks for many files at once
    with answering(create_app(Settings(data_dir=folder)), threads=8) as address:
        yield f"{address}/"


@contextmanager
def practice_page() -> Iterator[Page]:
    """The practice page of a new device, on a phone."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        serving(Path(folder)) as address,
    ):
        page = browser.new_page(viewport=PHONE, locale="en-GB", reduced_motion="reduce")
        page.set_default_timeout(STEP_MS)
        page.goto(address)
        yield page
