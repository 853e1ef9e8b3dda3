"""What the web process costs.

    python -m tests.bench.service grade     CPU of a request that grades a drawing, by its parts
    python -m tests.bench.service load      grades a second of two cores; p99 beside a painting
    python -m tests.bench.service memory    PSS of each process, before and after work
    python -m tests.bench.service start     CPU until ready, and of --help
    python -m tests.bench.service abuse     what slow and endless requests do to gunicorn

Each prints JSON.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

BENCHES = ("abuse", "grade", "load", "memory", "start")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHES:
        sys.exit(__doc__)
    result = import_module(f"tests.bench.service.{sys.argv[1]}").run()
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
