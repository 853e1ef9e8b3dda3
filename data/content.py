"""What a file contains, by its first bytes, so that an error can name a file of the wrong kind."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from data.errors import InkError

HEAD = 4096  # bytes that are looked at
ZIP, BINARY, NOT_UTF8 = "a .zip archive", "binary data", "text that is not UTF-8"
MOST_TEXT = 16 << 20  # bytes of a text that is read whole

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"RIFF", "a RIFF file, such as a WebP picture"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript (EPS)"),
    (b"\x1f\x8b\x08", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3\0", "an SQLite database"),
    (codecs.BOM_UTF16_LE, "text in UTF-16"),
    (codecs.BOM_UTF16_BE, "text in UTF-16"),
)
_TEXTS = (
    (re.compile(rb"<[?!\w]"), "XML"),
    (re.compile(rb"\.[A-Z_]+(\s|$)"), "UNIPEN"),
    (re.compile(rb"[{\[]"), "JSON"),
)
# The contents that each format may have; a content that is not recognized is left to the reader.
_ACCEPTED = {
    "JSONL": {"JSON"},
    "InkML": {"XML", "text in UTF-16"},
    "UNIPEN": {"UNIPEN", NOT_UTF8},
    "a file of CASIA": {BINARY},
}
_STREAMED = {"JSONL", "InkML"}  # which are read once, from begin to end


def is_pipe(path: Path) -> bool:
    """Whether it is neither a file nor a folder: a pipe, which can be read once and no second time.

    /dev/stdin and what a shell makes of <(...) are pipes.
    """
    return path.exists() and not path.is_file() and not path.is_dir()


def refuse_pipe(path: Path) -> None:
    """Raises InkError where what is read more than once is a pipe."""
    if is_pipe(path):
        raise InkError(f"{path} is a pipe, which can be read only once: write it to a file first")


def check_content(path: Path, expected: str) -> None:
    """Raises InkError where a file is recognized as something other than a format of _ACCEPTED.

    Only regular files are checked. Raises OSError where the file cannot be read.
    """
    if is_pipe(path) and expected in _STREAMED:
        return
    refuse_pipe(path)
    if path.is_dir():
        return
    content = content_of(head_of(path))
    if content is not None and content not in _ACCEPTED[expected]:
        raise InkError(f"{path} is {content}, not {expected}")


def text_of(path: Path) -> str:
    """The text of a file in UTF-8.

    Raises InkError where it is none, with what it is, or has more than MOST_TEXT bytes.
    """
    with path.open("rb") as file:
        data = file.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise InkError(f"{path} has more than {MOST_TEXT} bytes, the most of a list of characters")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InkError(f"{path} is {content_of(data[:HEAD])}, not text in UTF-8") from None


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError, which names the file, where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:  # that of reading names no file
        raise OSError(error.errno, error.strerror, str(path)) from error


def named_content(head: bytes) -> str:
    """What an error calls a file that starts with `head`, text and empty files included."""
    return (content_of(head) or "text") if head else "an empty file"


def content_of(head: bytes) -> str | None:
    """What a file is that starts with `head`, e.g. "a PNG picture"; None for other UTF-8 text."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if b"\0" in head:
        return BINARY
    for pattern, name in _TEXTS:
        if pattern.match(text):
            return name
    try:
        # The last character of the head may be cut, so the decoder is not told that it ends.
        codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        return NOT_UTF8
    return None
