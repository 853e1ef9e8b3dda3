"""Packs the set `ja` that ships again: `python -m tests.data.references.pack`.

After any change of what is read from KanjiVG's files.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import h5py

from data.hdf5.checked import attributes
from data.references.shipped import SHIPPED, packed
from data.references.store import build_references


def main() -> None:
    """Builds the set from KanjiVG's files, which takes half a minute."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_references("ja", path=Path(folder) / "ja.h5", anew=True)
        SHIPPED.write_bytes(packed(*content(built)))
    print(f"{SHIPPED}: {SHIPPED.stat().st_size / 1e6:.1f} MB")


def content(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns and attributes of a reference file."""
    with h5py.File(path) as file:
        columns = {name: file[name][()] for name in sorted(file)}
        facts = attributes(file)
    return columns, facts


if __name__ == "__main__":
    main()
