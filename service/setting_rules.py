"""What the texts of the settings may be: each rule is a check, and what it says where it fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

REDIS = ("redis://", "rediss://")
QUEUES = (*REDIS, "unix://", "postgresql://", "postgres://")
BLOBS = ("s3://", "file:///")
FORGETS = "memory://"  # of a store for tests, which each process would have of its own
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
NO_FILE, IN_MEMORY = "sqlite:///", ":memory:"
PORTS = "with a port of 1 to 65535 or none"
LOG_FORMATS = ("auto", "json", "text")
LEAST_TOKEN = 16  # characters of HITSUJUN_METRICS_TOKEN, so that it cannot be guessed
URL = re.compile(r"(^|/)[A-Za-z][\w+.-]+:/")  # also made absolute; a drive has one letter
HOST = re.compile(r"\.?\w[\w-]*(\.[\w-]+)*(:[0-9]{1,5})?")  # .NAME: all below; a port is dropped
ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")  # what is none


class Rule(NamedTuple):
    """`says` follows the name of the setting."""

    allows: Callable[[str], bool]
    says: str


def _is_database(text: str) -> bool:
    """Whether it is a URL that all processes can share: each would have a memory of its own."""
    if not _split(text) or not text.startswith(DATABASES) or text.endswith(IN_MEMORY):
        return False
    return text != NO_FILE and not text.startswith("sqlite:///file:")  # a URL inside a URL


def _split(text: str) -> SplitResult | None:
    """The parts of a URL; None where its host or its port can be none. libpq takes several."""
    try:
        parts = urlsplit(text)
        return parts if "," in parts.netloc or parts.port != 0 else None
    except ValueError:
        return None


def _is_server(*prefixes: str) -> Callable[[str], bool]:
    """Whether a URL begins so; of Redis, a number of a database must follow the host, or nothing.

    The library takes the first database for anything else.
    """

    def is_server(text: str) -> bool:
        parts = _split(text)
        if parts is None or not text.startswith(prefixes) or " " in text:
            return False
        if parts.scheme == "unix":
            return len(parts.path) > 1
        return not text.startswith(REDIS) or bool(re.fullmatch(r"/?|/[0-9]{1,9}", parts.path))

    return is_server


def _is_store(text: str) -> bool:
    """Whether all of it would be obeyed: an object store has its credentials elsewhere."""
    parts = _split(text)
    if parts is None or not text.startswith((*BLOBS, FORGETS)) or ESCAPE.search(text):
        return False
    is_bucket = parts.netloc and not {"@", " "} & {*parts.netloc}
    return not {"?", "#"} & {*text} and bool(is_bucket or parts.scheme != "s3")


def _is_token(text: str) -> bool:
    """Whether a header can hold it."""
    return len(text) >= LEAST_TOKEN and text.isascii() and text.isprintable() and " " not in text


def _are_hosts(text: str) -> bool:
    found = host_names(text)
    return bool(found) and all(map(HOST.fullmatch, found))


def _is_limit(text: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour|day)", text) is not None


def host_names(text: str) -> list[str]:
    """The host names between commas."""
    return [host for one in text.split(",") if (host := one.strip())]


DATABASE = Rule(
    _is_database,
    f"must begin with {' or '.join(DATABASES)}, {PORTS}, and name a file that processes share, not"
    " file:",
)
QUEUE = Rule(
    _is_server(*QUEUES),
    f"must begin with {' or '.join(QUEUES)}, {PORTS} and no spaces; of Redis, nothing or /NUMBER"
    " follows the host",
)
LIMITS = Rule(
    _is_server(*REDIS),
    f"must begin with {' or '.join(REDIS)}, {PORTS} and no spaces; nothing or /NUMBER follows"
    " the host",
)
STORE = Rule(
    _is_store,
    f"must begin with {' or '.join(BLOBS)}, name a bucket, and have no user, ?, # or lone % in"
    " it; of a folder's name, write those as %3F, %23 and %25",
)
TOKEN = Rule(_is_token, f"must have at least {LEAST_TOKEN} characters, of ASCII and without spaces")
HOSTS = Rule(
    _are_hosts,
    "must be names of hosts with commas between, without http://; leave it out for any",
)
LOG_FORMAT = Rule(LOG_FORMATS.__contains__, f"must be {' or '.join(LOG_FORMATS)}")
LIMIT = Rule(_is_limit, "must be as 30/hour: 1 to 999999999, then /second, /minute, /hour or /day")
FOLDER = Rule(lambda text: not URL.search(text), "must be the path of a folder, and no URL")
