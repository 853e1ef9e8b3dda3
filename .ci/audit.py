"""Reads what pip-audit found: `python .ci/audit.py FOUND.json SAID`. 1 for a vulnerability."""

import json
import sys
from pathlib import Path


def main(found: Path, said: Path) -> int:
    """Prints a line for each vulnerability, or why nothing could be asked."""
    try:
        packages = json.loads(found.read_text("utf-8"))["dependencies"]
    except (ValueError, KeyError):
        lines = said.read_text("utf-8").strip().splitlines() or ["no answer in time"]
        print(f"audit: skipped: the service of vulnerabilities cannot be reached: {lines[-1]}")
        return 0
    asked = [one for one in packages if "skip_reason" not in one]
    vulnerable = [one for one in asked if one["vulns"]]
    for one in vulnerable:
        names = ", ".join(
            f"{v['id']} (fixed in {', '.join(v['fix_versions']) or 'no version'})"
            for v in one["vulns"]
        )
        print(f"audit: {one['name']} {one['version']}: {names}")
    if not asked:
        print(f"audit: skipped: the service answered for none of {len(packages)} packages")
    else:
        print(
            f"audit: {len(asked)} of {len(packages)} packages asked, {len(vulnerable)} vulnerable"
        )
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
