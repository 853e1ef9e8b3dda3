"""Which CASIA set a file belongs to, and whether to its training or its test part."""

from __future__ import annotations

import re

LICENCE = "CASIA: free for academic research only"

# First and last writer of the training part and of the test part, by the official division. Each
# number is in one set only.
_WRITERS = {
    "1.0": ((1, 336), (337, 420)),
    "1.1": ((1001, 1240), (1241, 1300)),
    "1.2": ((501, 740), (741, 800)),
}
_VERSION = re.compile(r"(?:hwdb|pot|gnt)[ _-]?(1\.[012])", re.IGNORECASE)
_PART = re.compile(r"1\.[012][ _-]?(tr|te|ts)", re.IGNORECASE)
_COMPETITION = re.compile(r"competition[-_ ]?(?:pot|gnt)|icdar[-_ ]?2013", re.IGNORECASE)
_WRITER = re.compile(r"(c?)(\d{1,4})(?:-[a-z])?", re.IGNORECASE)


def set_name(name: str, *, is_online: bool = True) -> str:
    """The set that a file belongs to, by the names of the file and its folders or archive.

    E.g. "CASIA OLHWDB1.1"; "CASIA" where the names do not say which set it is.
    """
    family = "OLHWDB" if is_online else "HWDB"
    if _COMPETITION.search(name) or _is_competitor(name):
        return f"CASIA ICDAR-2013 {'online' if is_online else 'offline'} competition"
    versions = _VERSION.findall(name)
    version = versions[-1] if versions else _version(_writer(name))
    return f"CASIA {family}{version}" if version else "CASIA"


def split_of(name: str) -> str:
    """ "train" or "test", by the name of the archive or folder, else by the writer's number.

    The competition's files are "test". A file that the names say nothing about is "train".
    """
    if parts := _PART.findall(name):
        return "train" if parts[-1].lower() == "tr" else "test"
    if _COMPETITION.search(name) or _is_competitor(name):
        return "test"
    writer = _writer(name)
    for _, (first, last) in _WRITERS.values():
        if writer is not None and first <= writer <= last:
            return "test"
    return "train"


def _writer(name: str) -> int | None:
    """The number of the writer that a file is named by; None for a competitor or another name."""
    match = _match_writer(name)
    return int(match[2]) if match and not match[1] else None


def _is_competitor(name: str) -> bool:
    """Whether a file is named by a writer of the competition, e.g. C001."""
    match = _match_writer(name)
    return bool(match and match[1])


def _match_writer(name: str) -> re.Match[str] | None:
    stem = name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return _WRITER.fullmatch(stem)


def _version(writer: int | None) -> str | None:
    for version, parts in _WRITERS.items():
        if writer is not None and any(first <= writer <= last for first, last in parts):
            return version
    return None
