"""How often something may be done, counted for each device or each address.

The counts are in the memory of each process, or in Redis where all processes count together. A
Redis that does not answer lets everything pass: practice is worth more than its limits.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import RedisStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from service.api.limit_counts import ProcessCounts
from service.errors import SettingsError, TooManyRequests
from service.settings import Settings, variable

# Each has its setting: HITSUJUN_LIMIT_DEVICES, and so on.
LIMITS = DEVICES, LINK_CODES, FAILED_TOKENS, DRAWINGS, REPLAYS = (
    "devices",
    "link_codes",
    "failed_tokens",
    "drawings",
    "replays",
)
KEY = "hitsujun-limits"
REDIS_SECONDS = 1  # that Redis may take to answer
PAUSE_SECONDS = 10  # without limits after it did not
IPV6_PREFIX = 64  # bits of an address that one customer of a provider has

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Use:
    """What is left of a limit after this request; `seconds` until all of it is there again."""

    name: str
    limit: RateLimitItem
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 has them."""
        quota = f'"{self.name}";q={self.limit.amount};w={self.limit.get_expiry()}'
        left = f'"{self.name}";r={self.left};t={self.seconds}'
        return {"RateLimit-Policy": quota, "RateLimit": left}


class Limits:
    """The counts of an application."""

    def __init__(self, settings: Settings) -> None:
        url = settings.limits_url
        patience = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
        try:
            storage = storage_from_string(url, **patience) if url else ProcessCounts()
        except (ConfigurationError, ValueError) as error:
            name = variable("limits_url")
            raise SettingsError(f"{name} is no address of Redis: {error}") from error
        self._counts = FixedWindowRateLimiter(storage)
        self._limits = {name: parse(getattr(settings, f"limit_{name}")) for name in LIMITS}
        self._paused_until = 0.0

    def close(self) -> None:
        """Close the connections to Redis."""
        if isinstance(self._counts.storage, RedisStorage):
            self._counts.storage.storage.close()

    def use(self, name: str, key: str) -> Use | None:
        """Count one use of a limit; None where it cannot be counted. Raises TooManyRequests."""
        limit = self._limits[name]
        found = self._asked(
            lambda counts: (counts.hit(limit, name, key), _use(counts, name, limit, key))
        )
        if found is None:
            return None
        is_allowed, use = found
        g.hitsujun_use = use
        if not is_allowed:
            raise _refusal(use)
        return use

    def check(self, name: str, key: str) -> None:
        """Raises TooManyRequests where nothing is left of a limit; counts nothing."""
        use = self._asked(lambda counts: _use(counts, name, self._limits[name], key))
        if use and not use.left:
            raise _refusal(use)

    def count(self, name: str, key: str, uses: int) -> None:
        """Count uses that were made, which may be more than what was left."""
        self._asked(lambda counts: counts.hit(self._limits[name], name, key, cost=uses))

    def _asked(self, ask: Callable[[FixedWindowRateLimiter], T]) -> T | None:
        """What the counts answer; None for a while after they did not."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            return ask(self._counts)
        except Exception as error:  # each kind of storage has its own errors
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("limits are not counted for now: %s", type(error).__name__)
            return None


def _use(counts: FixedWindowRateLimiter, name: str, limit: RateLimitItem, key: str) -> Use:
    reset, left = counts.get_window_stats(limit, name, key)
    return Use(name, limit, max(left, 0), max(1, math.ceil(reset - time.time())))


def _refusal(use: Use) -> TooManyRequests:
    text = f"at most {use.limit}; wait {use.seconds} s"
    return TooManyRequests(text, retry_seconds=use.seconds)


def install_limits(app: Flask, settings: Settings) -> None:
    """Count the requests of `app`."""
    app.extensions[KEY] = Limits(settings)


def limits() -> Limits:
    """The counts of the current application."""
    return cast(Limits, current_app.extensions[KEY])


def address() -> str:
    """Where the request comes from; of an IPv6 address the part that one customer has."""
    text = request.remote_addr or ""
    if ":" not in text:  # no IPv6
        return text
    try:
        return str(ipaddress.ip_network(f"{text}/{IPV6_PREFIX}", strict=False))
    except ValueError:
        return text


def add_limit_headers(response: Response) -> Response:
    """Say in the answer what is left of the limit that the request counted in."""
    use: Use | None = g.get("hitsujun_use")
    if use is not None:
        response.headers.extend(use.headers())
    return response
