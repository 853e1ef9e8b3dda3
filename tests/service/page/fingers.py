"""Fingers on the paper of the page, by Chromium's own touches."""

from __future__ import annotations

import time

from playwright.sync_api import CDPSession, Page

from tests.service.page.learner import Stroke


class Fingers:
    """Touches of the paper, at fractions of its side, one each 10 ms by a clock of their own.

    A busy machine takes longer for a tap than a tap may.
    """

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        box = page.locator(".sheet canvas").bounding_box()
        assert box is not None
        self.box, self.now = box, time.time()

    def send(self, kind: str, *at: tuple[float, float], number: int = 0) -> None:
        """A "touchStart", "touchMove", "touchEnd" or "touchCancel".

        `at`: all fingers then down, from the finger `number`; where some are lifted, those.
        """
        self.now += 0.01
        points = [
            {
                "x": self.box["x"] + x * self.box["width"],
                "y": self.box["y"] + y * self.box["height"],
                "id": number + index,
            }
            for index, (x, y) in enumerate(at)
        ]
        event = {"type": kind, "touchPoints": points, "timestamp": self.now}
        self.session.send("Input.dispatchTouchEvent", event)

    def draw(self, stroke: Stroke) -> None:
        """Draws one stroke with one finger."""
        self.send("touchStart", stroke[0])
        for point in stroke[1:]:
            self.send("touchMove", point)
        self.send("touchEnd")

    def tap_with_two(self) -> None:
        """Takes the last stroke back."""
        self.send("touchStart", (0.4, 0.4))
        self.send("touchStart", (0.4, 0.4), (0.6, 0.4))
        self.send("touchEnd")
