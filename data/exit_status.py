"""What a process says, and its exit status, when what it runs raises an error."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable

from data.one_line import one_line
from data.os_errors import in_words

PACKAGES = ("data", "kanji", "style", "service")
EXTRAS = (
    {"torch": "style", "torchvision": "style", "safetensors": "style"}
    | dict.fromkeys(("lightning", "jsonargparse", "onnx"), "train")
    | dict.fromkeys(("av", "cv2"), "video")
    | {"redis": "redis", "psycopg": "postgres", "obstore": "s3"}
)  # of the libraries that the extra `service` does not install


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
    except UnicodeEncodeError as error:
        print(f"hitsujun: {_unprintable(error)}", file=sys.stderr)
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


def _unprintable(error: UnicodeEncodeError) -> str:
    """What to do where standard output has no bytes for a text; else what Python says."""
    if codecs.lookup(sys.stdout.encoding).name == "utf-8":
        return one_line(str(error))
    return (
        f"the output has {error.object[error.start]!a}, which its encoding, {sys.stdout.encoding},"
        " cannot write: set PYTHONIOENCODING=utf-8"
    )
