"""The CPU time of a page's thread, by Chromium's own account."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page


class PageThread:
    """What the main thread of a page has computed since this was made."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_ms(self) -> float:
        """Milliseconds, of CPU time."""
        metrics: list[dict[str, Any]] = self._cdp.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
