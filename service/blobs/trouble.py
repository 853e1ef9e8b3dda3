"""What is said of a storage that fails: the reason goes to the log and not to the user."""

from __future__ import annotations

import errno
import logging

from service.errors import StorageFull, StorageUnavailable

FULL = {errno.ENOSPC, errno.EDQUOT}

log = logging.getLogger(__name__)


def storage_error(error: OSError) -> StorageFull | StorageUnavailable:
    """The error to answer for one of the storage, whose reason is logged."""
    log.error("a picture cannot be stored or read: %s", error)
    if error.errno in FULL:
        return StorageFull("the disk of the service is full")
    return StorageUnavailable("the pictures cannot be stored or read at the moment")
