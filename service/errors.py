"""What the service refuses. `service.api.problems` says with which HTTP status.

ServiceError (a ValueError)
├── SettingsError      a HITSUJUN_ variable with a value that is not allowed
├── ListenError        the address or the port cannot be listened on; never leaves the start
├── InvalidRequest     a request for something impossible
├── TooMuchInk         a drawing of more strokes or points than can be compared
├── ImportRefused      a file to import that is none of its kind
├── ImageRefused       an upload that is not a picture of an allowed format and size
├── UnknownCharacter   a character without reference strokes
├── UnknownStrokes     the strokes of a character have another hash by now
├── UnknownModel       the recognizer has another hash by now
├── NotInstalled       a library that this needs is not installed
├── UnknownJob         there is no such job, or it has expired
├── JobUnfinished      the picture of a job that has none
├── CrossSite          a form sent from a page of another site
├── QueueFull          too many jobs wait, or too many forms are being received
├── MetricsRefused     the metrics, from another machine and without their token
├── TooManyRequests    a device or an address did something too often
├── TooManyJobs        the user has as many unfinished jobs as one may have
├── TooManyStreams     as many clients follow jobs as may; ask for the job instead
├── TooCostly          a job that would take longer to paint than is allowed
├── DeadlinePassed     a job that has taken longer than is allowed; never leaves the worker
├── StorageFull        the disk is full
├── StorageUnavailable the disk cannot be written or read
├── TokenMissing       the request needs a token, and has none that is valid
├── ScopeMissing       the token does not allow this
├── UnknownDevice      the user has no such device
├── TooManyDevices     the user has as many devices as one may have
├── LinkCodeRefused    a code that is wrong, used, or expired
├── BackupError        a backup that cannot be made or read; never leaves its commands
├── BenchError         a bench that cannot run; never leaves its command
├── DatabaseError      the database is of another version; never leaves the start
└── JobLost            a job that was cancelled or given to another worker; never leaves the worker
"""

from __future__ import annotations

import re
from collections.abc import Mapping


class ServiceError(ValueError):
    """Base of every error that `service` raises."""


def slug_of(kind: type[Exception]) -> str:
    """What programs know a kind of error by: `storage-full` for StorageFull."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


class SettingsError(ServiceError):
    """A HITSUJUN_ variable has a value that is not allowed."""


class ListenError(ServiceError):
    """The server cannot listen on the address or the port that it was given."""


class ImportRefused(ServiceError):
    """A file to import is none of its kind, or has too much in it."""


class InvalidRequest(ServiceError):
    """The request is well-formed, but asks for something impossible.

    `faults`: what is wrong, by the field of the request.
    """

    def __init__(self, text: str, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.faults = faults or {}


class TooMuchInk(ServiceError):
    """A drawing has more strokes or points than can be compared in a short time."""


class ImageRefused(ServiceError):
    """An upload is not a picture, or not one of an allowed format and size."""


class UnknownCharacter(ServiceError):
    """There are no reference strokes for a character."""


class UnknownStrokes(ServiceError):
    """The strokes of a character have another hash in this version."""


class UnknownModel(ServiceError):
    """The recognizer has another hash in this version."""


class NotInstalled(ServiceError):
    """A library that this needs is not installed."""


class UnknownJob(ServiceError):
    """There is no such job, or it has expired."""


class JobUnfinished(ServiceError):
    """A job has no picture: it waits, runs, or has failed."""


class CrossSite(ServiceError):
    """A browser sent this form from a page of another site."""


class QueueFull(ServiceError):
    """Too many jobs wait."""


class MetricsRefused(ServiceError):
    """The metrics were asked for from another machine, and without their token."""


class TooManyRequests(ServiceError):
    """A device or an address did something too often. It may again after `retry_seconds`."""

    def __init__(self, text: str, *, retry_seconds: int) -> None:
        super().__init__(text)
        self.retry_seconds = retry_seconds


class TooManyJobs(ServiceError):
    """The user has as many unfinished jobs as one may have."""


class TooManyStreams(ServiceError):
    """As many clients follow the events of jobs as may at the same time."""


class TooCostly(ServiceError):
    """A job would take longer to paint than is allowed."""


class DeadlinePassed(ServiceError):
    """Painting a job took longer than is allowed. It is the reason why the job failed."""


class StorageFull(ServiceError):
    """The disk that holds the pictures is full."""


class StorageUnavailable(ServiceError):
    """The disk that holds the pictures cannot be written or read."""


class TokenMissing(ServiceError):
    """The request needs a token, and has none that is valid."""


class ScopeMissing(ServiceError):
    """The token does not allow this request."""


class UnknownDevice(ServiceError):
    """The user has no such device."""


class TooManyDevices(ServiceError):
    """The user has as many devices as one may have."""


class LinkCodeRefused(ServiceError):
    """The code is wrong, used, or expired."""


class BackupError(ServiceError):
    """A backup cannot be made here, or is none of this format, or is damaged."""


class BenchError(ServiceError):
    """A bench cannot run as it was asked to, or a file of figures is none."""


class DatabaseError(ServiceError):
    """The database cannot be brought to the tables that this version of the code needs."""


class JobLost(ServiceError):
    """The job was cancelled, or given to another worker because this one did not report in time."""
