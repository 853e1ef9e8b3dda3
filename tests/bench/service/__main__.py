"""What the service costs, and what it survives: `python -m tests.bench.service NAME`.

abuse       what slow and endless requests do to the web server
bombs       what uploads that unpack to much more cost
contract    schemathesis on the OpenAPI document
crash       everything killed at random moments under load
grade       CPU of a request that grades a drawing, by its parts
late        a late review, at a kanji with many attempts
lighthouse  Lighthouse's scores of the practice page
load        grades a second of two cores; p99 beside a painting
memory      PSS of each process, before and after work
practice    CPU of queue, sync and statistics at a million reviews
preview     from the order of a wallpaper to its picture, over HTTP and on the page
start       CPU until ready, and of --help
verdict     from the pen's lift to the verdict on the screen, in Chromium
"""

from __future__ import annotations

import re
import sys
from importlib import import_module

NAMES = re.findall(r"^ *(\w+)  +", __doc__, re.MULTILINE)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(__doc__)
    import_module(f"tests.bench.service.{sys.argv[1]}").main(sys.argv[2:])
