"""What a process says, and its exit status, when what it runs raises an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

PACKAGES = ("data", "kanji", "style", "service")
EXTRAS = (
    {"torch": "style", "torchvision": "style", "safetensors": "style"}
    | dict.fromkeys(("lightning", "jsonargparse", "onnx"), "train")
    | {"redis": "redis", "psycopg": "postgres", "obstore": "s3"}
)  # of the libraries that the extra `service` does not install


def exit_status(run: Callable[[], int]) -> int:
    """Run a command and return its status. A bad input is one line on stderr and status 2."""
    try:
        status = run()
        sys.stdout.flush()
        return status
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
    except (ValueError, OSError) as error:
        print(f"hitsujun: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2
