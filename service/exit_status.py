"""What a process says, and its exit status, when what it runs raises an error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from data.one_line import one_line

PACKAGES = ("data", "kanji", "style", "service")
EXTRAS = (
    {"torch": "style", "torchvision": "style", "safetensors": "style"}
    | dict.fromkeys(("lightning", "jsonargparse", "onnx"), "train")
    | dict.fromkeys(("av", "cv2"), "video")
    | {"redis": "redis", "psycopg": "postgres", "obstore": "s3"}
)  # of the libraries that the extra `service` does not install

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
    errno.EFBIG: "the file would be larger than this system allows",
}


def exit_status(run: Callable[[], int]) -> int:
    """Run a command and return its status. A bad input is one line on stderr and status 2."""
    try:
        return _with_output(run)
    except BrokenPipeError:  # `hitsujun ... | head`: the reader has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in PACKAGES:
            raise
        print(
            f"hitsujun: this command needs {missing}:"
            f" pip install 'hitsujun[{EXTRAS.get(missing, 'service')}]'",
            file=sys.stderr,
        )
    except OSError as error:
        print(f"hitsujun: {one_line(in_words(error))}", file=sys.stderr)
        _drop_output()
    except ValueError as error:
        print(f"hitsujun: {one_line(str(error))}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


def _with_output(run: Callable[[], int]) -> int:
    """What `run` returns, when all that it printed is written."""
    try:
        status = run()
    except SystemExit:  # of --help
        sys.stdout.flush()
        raise
    sys.stdout.flush()
    return status


def _drop_output() -> None:
    """Drops what cannot be written, or Python would try it again at its end, and fail."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def in_words(error: OSError) -> str:
    """The path, what is wrong with it, and what to do; without the number that the system gives."""
    reason = REASONS.get(error.errno or 0, error.strerror)
    path = error.filename2 or error.filename  # of a rename, the name that was asked for
    if reason is None:
        return str(error)
    return reason if path is None else f"{os.fspath(path)}: {reason}"
