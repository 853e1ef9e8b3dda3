"""What the service refuses, each with its HTTP status.

ServiceError (a ValueError)
├── SettingsError      a HITSUJUN_ variable that cannot be used
├── InvalidRequest     a request that says something that cannot be
├── ImageRefused       an upload that is no picture that we take
├── UnknownCharacter   a character that we have no strokes for
├── UnknownJob         no such job, or it has expired
├── JobUnfinished      the picture of a job that has none
├── CrossSite          a form of another site
├── QueueFull          too many jobs wait
└── JobLost            a job that another worker has taken over; never leaves the worker
"""

from __future__ import annotations


class ServiceError(ValueError):
    """Base of every error that `service` raises. `slug` names the problem type."""

    status = 500
    slug = "internal"
    title = "Something went wrong here"


class SettingsError(ServiceError):
    """A HITSUJUN_ variable holds what cannot be used."""


class InvalidRequest(ServiceError):
    """The request was understood, and asks for what cannot be."""

    status, slug, title = 422, "invalid-request", "The request is not valid"


class ImageRefused(ServiceError):
    """An upload is no picture, or none of a kind or size that we take."""

    status, slug, title = 422, "image-refused", "The image cannot be used"


class UnknownCharacter(ServiceError):
    """There are no reference strokes for a character."""

    status, slug, title = 404, "unknown-character", "There are no strokes for this character"


class UnknownJob(ServiceError):
    """There is no such job."""

    status, slug, title = 404, "unknown-job", "There is no such job"


class JobUnfinished(ServiceError):
    """A job has no picture: it waits, runs, or has failed."""

    status, slug, title = 409, "job-unfinished", "The job has no picture"


class CrossSite(ServiceError):
    """A browser sent this from a page of another site."""

    status, slug, title = 403, "cross-site", "Requests from pages of other sites are refused"


class QueueFull(ServiceError):
    """Too many jobs wait already."""

    status, slug, title = 503, "queue-full", "Too many pictures wait to be painted"


class JobLost(ServiceError):
    """The job was given to another worker, because this one did not report in time."""
