"""Uploaded pictures: stored while they arrive, then decoded by a process with limits.

Nothing here holds a picture in memory: a part of the form is written to a file while it arrives,
and `service.jobs.decoder` decodes it. What ends badly leaves no file.
"""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from service.api.once import check_once
from service.blobs.folder import FILE_MODE
from service.blobs.trouble import storage_error
from service.errors import CrossSite, ImageRefused, InvalidRequest, QueueFull
from service.jobs.decoder import NO_STORAGE, REFUSED, Upload, request_of
from service.jobs.folders import incoming_folder
from service.settings import Settings

# Forms received at the same time by a process, so that its other threads answer practice.
UPLOADS_AT_ONCE = 2
DECODE_SECONDS = 30  # wall time after which the process that decodes is killed
MAX_FIELDS_BYTES = 100_000  # of the fields of a form that are not files
MAX_PARTS = 32  # of a form
THREAD_LIMITS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

log = logging.getLogger(__name__)
_slots = threading.BoundedSemaphore(UPLOADS_AT_ONCE)


@dataclass(frozen=True)
class Parts:
    """A form as it arrived: its fields, an empty one being left out, and its files by name."""

    fields: dict[str, str]
    files: dict[str, list[FileStorage]]


class LimitedFile(io.BufferedRandom):
    """A new file that refuses to grow beyond `most` bytes."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(io.FileIO(path, "x+", opener=_open_privately))
        self._room, self._most = most, most

    def write(self, data: Any) -> int:
        """Write, or raise RequestEntityTooLarge."""
        self._room -= len(data)
        if self._room < 0:
            raise RequestEntityTooLarge(f"an image file may have at most {self._most} bytes")
        return super().write(data)


@dataclass
class Reception:
    """A folder into which the files of a form are written, and these files while they are open."""

    folder: Path
    most_bytes: int
    files: list[LimitedFile] = field(default_factory=list)

    def new_file(self) -> LimitedFile:
        """A file for the next part. It is closed at the end of `receiving`."""
        file = LimitedFile(self.folder / f"upload-{len(self.files)}", self.most_bytes)
        self.files.append(file)
        return file

    def close(self) -> None:
        """Close the files. What could not be written has been noticed before."""
        for file in self.files:
            with suppress(OSError):
                file.close()


@contextmanager
def receiving(settings: Settings) -> Iterator[Reception]:
    """A folder for the uploads of this request, removed on an error.

    Raises QueueFull where UPLOADS_AT_ONCE forms are being received, and StorageFull or
    StorageUnavailable for an error of the disk inside the block, whose reason is logged.
    """
    if not _slots.acquire(blocking=False):
        raise QueueFull("other pictures are being received; try again in a moment")
    reception: Reception | None = None
    try:
        reception = Reception(incoming_folder(settings.work_dir), settings.max_image_bytes)
        yield reception
        reception.close()
    except BaseException as error:
        if reception:
            reception.close()
            shutil.rmtree(reception.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise storage_error(error) from error
        raise
    finally:
        _slots.release()


def check_origin() -> None:
    """Raises CrossSite for a page of another site, and UnsupportedMediaType for another form."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSite("use the page that this service serves, or a program that is no browser")
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("send multipart/form-data")


def receive_form(
    reception: Reception,
    most_files: Mapping[str, int],
    settings: Settings,
    *,
    optional: Collection[str] = (),
) -> Parts:
    """Read the form of the request, and write its files while they arrive.

    `most_files`: how many files the form may have by name; each name needs at least one, but for
    those that are `optional`. Raises RequestEntityTooLarge as soon as a file or the form is too
    large, and InvalidRequest.
    """
    most = sum(most_files.values())
    request.max_content_length = most * settings.max_image_bytes + settings.max_json_bytes

    def new_file(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> LimitedFile:
        if len(reception.files) == most:
            raise InvalidRequest(_expected_files(most_files))
        return reception.new_file()

    parser = FormDataParser(
        stream_factory=new_file,
        max_form_memory_size=MAX_FIELDS_BYTES,
        max_form_parts=MAX_PARTS,
        silent=False,
    )
    form, files = _parsed(parser)
    _check_numbers(form, files, most_files, optional)
    in_order = {name: files.getlist(name) for name in most_files if name in files}
    return Parts({name: value for name, value in form.items() if value}, in_order)


def _check_numbers(
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    most_files: Mapping[str, int],
    optional: Collection[str],
) -> None:
    """Raises InvalidRequest for a field that is repeated, and where files are missing or extra."""
    once = {*form, *(name for name in files if most_files.get(name) == 1)}
    check_once({name: len(form.getlist(name)) + len(files.getlist(name)) for name in once})
    is_missing = set(most_files) - set(files) - set(optional)
    if is_missing or any(len(files.getlist(name)) > most_files.get(name, 0) for name in files):
        raise InvalidRequest(_expected_files(most_files))


def _parsed(parser: FormDataParser) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """The fields and files of the request. Raises InvalidRequest where its body is no form."""
    length, options = request.content_length, request.mimetype_params
    try:
        _, form, files = parser.parse(request.stream, request.mimetype, length, options)
    except ValueError as error:
        raise InvalidRequest(f"the body is no multipart form: {error}") from error
    return form, files


def decode(uploads: Sequence[Upload], *, max_pixels: int) -> list[tuple[int, int]]:
    """Write each upload as PNG, upright, in sRGB, without its metadata; return width and height.

    A process with limits does it. Raises ImageRefused where one is not a picture of an allowed
    format and size, or takes too long or too much memory; and OSError for an error of the disk.
    """
    request = request_of(list(uploads), max_pixels=max_pixels)
    try:
        answer = run_limited("service.jobs.decoder", request, most_seconds=DECODE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ImageRefused("the images take too long to decode; scale them down first") from error
    return [(width, height) for width, height in answer["sizes"]]


def run_limited(module: str, text: str, *, most_seconds: float) -> dict[str, Any]:
    """What a program with limits answers on `text`: `service.jobs.decoder`, or the composer.

    Raises ImageRefused and OSError as `decode` does, and TimeoutExpired after `most_seconds` of
    wall time.
    """
    answer = _run(module, text, most_seconds)
    if REFUSED in answer:
        raise ImageRefused(answer[REFUSED])
    if NO_STORAGE in answer:
        raise OSError(answer[NO_STORAGE], answer["reason"])
    return answer


def _run(module: str, text: str, most_seconds: float) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", module],
        input=text,
        capture_output=True,
        text=True,
        timeout=most_seconds,
        env={**os.environ, **THREAD_LIMITS},
        check=False,
    )
    if run.returncode == 0:
        answer: dict[str, Any] = json.loads(run.stdout)
        return answer
    if run.returncode < 0:  # ended by a signal: a limit, or a fault of a library that decodes
        log.warning("the process that decodes ended by %s", signal.Signals(-run.returncode).name)
        raise ImageRefused("the images cannot be decoded within the limits; scale them down first")
    raise RuntimeError(f"the process that decodes failed: {run.stderr[-2000:]}")


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _expected_files(most_files: Mapping[str, int]) -> str:
    """What files to send, as an error says it."""
    named = [
        f"one image as {name}" if most == 1 else f"1 to {most} as {name}"
        for name, most in most_files.items()
    ]
    return f"send {' and '.join(named)}, and no other file"
