"""What an error of the system says to a user: the path, what is wrong with it, and what to do."""

from __future__ import annotations

import errno
import os

REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EISDIR: "it is a folder; give the name of a file",
    errno.ENOTDIR: "it is not a folder; give the name of one",
    errno.EEXIST: "it is a file; give the name of a folder",
    errno.EACCES: "you may not read or write it; change its rights, or give another name",
    errno.EPERM: "you may not read or write it; change its rights, or give another name",
    errno.EROFS: "its disk can only be read; give another name",
    errno.ENOSPC: "the disk is full; free some space, and run the command again",
    errno.EDQUOT: "your share of the disk is used up; free some space, and run the command again",
    errno.ESPIPE: "a pipe cannot be read here; write it to a file, and give the name of that",
    errno.EBADF: "standard output is closed; give > FILE, or > /dev/null",
    errno.ELOOP: "its symbolic links lead to themselves; remove them, or give another name",
    errno.ENAMETOOLONG: "the name is too long; give a shorter one",
    errno.EFBIG: "the file would be larger than this system allows",
}


def why(error: OSError) -> str:
    """What is wrong, without the path and what to do."""
    return REASONS.get(error.errno or 0, error.strerror or str(error)).partition(";")[0]


def in_words(error: OSError) -> str:
    """The path, what is wrong with it, and what to do; without the number that the system gives."""
    reason = REASONS.get(error.errno or 0, error.strerror)
    path = error.filename2 or error.filename  # of a rename, the name that was asked for
    if reason is None:
        return str(error)
    if path is None and error.errno == errno.ENOENT:  # of os.getcwd
        return "the working folder is gone; change to one that exists"
    return reason if path is None else f"{os.fspath(path)}: {reason}"
