"""`python -m tests.bench.service NAME`: runs the bench of this folder with that name."""

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"name one of {', '.join(NAMES)}")
    import_module(f"tests.bench.service.{sys.argv[1]}").main(sys.argv[2:])
