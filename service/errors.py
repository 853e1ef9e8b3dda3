"""What the service refuses. `service.api.problems` says with which HTTP status.

ServiceError (a ValueError)
├── SettingsError      a HITSUJUN_ variable with a value that is not allowed
├── InvalidRequest     a request for something impossible
├── ImageRefused       an upload that is not a picture of an allowed format and size
├── UnknownCharacter   a character without reference strokes
├── UnknownJob         there is no such job, or it has expired
├── JobUnfinished      the picture of a job that has none
├── CrossSite          a form sent from a page of another site
├── QueueFull          too many jobs wait
└── JobLost            a job that another worker has taken over; never leaves the worker
"""

from __future__ import annotations


class ServiceError(ValueError):
    """Base of every error that `service` raises."""


class SettingsError(ServiceError):
    """A HITSUJUN_ variable has a value that is not allowed."""


class InvalidRequest(ServiceError):
    """The request is well-formed, but asks for something impossible."""


class ImageRefused(ServiceError):
    """An upload is not a picture, or not one of an allowed format and size."""


class UnknownCharacter(ServiceError):
    """There are no reference strokes for a character."""


class UnknownJob(ServiceError):
    """There is no such job, or it has expired."""


class JobUnfinished(ServiceError):
    """A job has no picture: it waits, runs, or has failed."""


class CrossSite(ServiceError):
    """A browser sent this form from a page of another site."""


class QueueFull(ServiceError):
    """Too many jobs wait."""


class JobLost(ServiceError):
    """The job was given to another worker, because this one did not report in time."""
