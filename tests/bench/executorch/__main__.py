"""The networks of a phone in ExecuTorch: `python -m tests.bench.executorch [--folder FOLDER]`.

SqueezeNet's features, the fast style network's trunk and the recognizer, each at one size, lowered
to XNNPACK. ExecuTorch pins packages that hitsujun does not want, so it is installed without them
into an environment in FOLDER, which takes all else from the environment that this runs in.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from data.cache import cache_dir
from tests.bench.figures import REPOSITORY
from tests.bench.rivals.installed import Rivals, Unavailable


def main() -> None:
    """Prints the table, or why there is none."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=cache_dir() / "rivals")
    folder = parser.parse_args().folder
    try:
        python = Rivals(folder).executorch()
    except Unavailable as reason:
        print(f"skipped: {reason}")
        return
    command = [python, "-m", "tests.bench.executorch.measured"]
    subprocess.run(command, cwd=REPOSITORY, check=True)


if __name__ == "__main__":
    main()
