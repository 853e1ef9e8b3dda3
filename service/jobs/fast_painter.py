"""A program that paints an uploaded picture in a fast style, in a process with limits.

It decodes the upload as `service.jobs.decoder` does, and writes the painting under the hash of its
bytes.

    python -m service.jobs.fast_painter < request.json > answer.json
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from service.jobs.decoder import answered, check_header, decoded, limit_this_process
from service.jobs.hashed_picture import write_hashed
from service.jobs.options import StylizeOptions
from style.fast import FastStyle, paint
from style.fast.network import SERVICE_THREADS

MOST_BYTES = 2_000_000_000  # address space beyond what the imports take, for 4.2 megapixels
MOST_CPU_SECONDS = 20
NICENESS = 3  # requests go first, but somebody waits for this


def main() -> int:
    """Read {"source", "folder", "max_pixels", "options"}; write {"size", "result"} or an error.

    "result" is the name of the finished picture in the folder.
    """
    request = json.load(sys.stdin)
    os.umask(0o077)
    FastStyle.load(threads=SERVICE_THREADS)
    limit_this_process(most_bytes=MOST_BYTES, most_cpu_seconds=MOST_CPU_SECONDS, niceness=NICENESS)
    json.dump(answered(lambda: _painted(request)), sys.stdout)
    return 0


def _painted(request: dict[str, Any]) -> dict[str, Any]:
    source, options = Path(request["source"]), StylizeOptions(**request["options"])
    check_header(source, max_pixels=request["max_pixels"])
    config = options.config()
    picture = paint(
        decoded(source, config.size),
        options.fast,
        strength=1.0 if options.strength is None else options.strength,
        colors=config.colors,
        size=config.size,
        network=FastStyle.load(threads=SERVICE_THREADS),
    )
    return {"size": picture.size, "result": write_hashed(picture, Path(request["folder"]))}


if __name__ == "__main__":
    sys.exit(main())
