"""Tags, the codes that name a record's character: GB 18030, in one or two bytes."""

from __future__ import annotations

from functools import lru_cache

from data.errors import InkError

UNNAMED = 0xFFFF  # the tag of a character on a page that the annotators could not name


@lru_cache(maxsize=1 << 16)
def character(code: int) -> str | None:
    """The character of a code, e.g. 0xB0A1 (啊), 0x2100 or 0x0021 ("!"); None for others."""
    try:
        text = code.to_bytes(2, "big").strip(b"\0").decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 and text != "\0" else None


def code_of(char: str | None) -> int:
    """The code of a character; a single byte becomes the high one, so "!" is 0x2100.

    Raises InkError for None, and for what is not one character of at most two bytes.
    """
    encoded = (char or "").encode("gb18030", "surrogatepass")
    if len(encoded) not in (1, 2):
        raise InkError(f"CASIA's files hold one character of one or two bytes, not {char!r}")
    return int.from_bytes(encoded.ljust(2, b"\0"), "big")
