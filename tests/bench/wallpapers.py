"""What a wallpaper costs, and `docs/wallpapers.jpg`.

    python -m tests.bench.wallpapers cost                     JSON: CPU seconds and memory
    python -m tests.bench.wallpapers sheet docs/wallpapers.jpg [--painted FILE...]

`cost` runs the composer as the service does, in a process of its own, at 1080x2400, with a pattern
and with a photograph of 12 megapixels. `sheet` puts drawn wallpapers side by side, and after them
pictures that `hitsujun wallpaper --style` has painted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from data.cache import replacing
from data.references.store import load_references
from service.jobs.compose_request import ComposeRequest
from service.wallpapers.compose import compose, draw
from service.wallpapers.design import Design

PHOTO_SIZE = (4000, 3000)
ROUNDS = 3
COLUMN, GAP = 206, 8  # width of a wallpaper in the sheet, and the room between two
COLUMNS, SHAPE = 6, (540, 1200)  # in a row of the sheet; the size at which its pictures are drawn
MOST_BYTES = 400_000
# Characters, pattern, palette, theme, reading.
SHEET = [
    ("山", "yama", "ai", "light", True),
    ("永", "seigaiha", "ai", "light", False),
    ("花", "asanoha", "sakura", "light", True),
    ("語", "sumi", "sumi", "light", False),
    ("鬱", "shippo", "matcha", "light", False),
    ("空", "washi", "kaki", "light", True),
    ("言語", "washi", "kin", "dark", False),
    ("水", "kikko", "fuji", "dark", True),
    ("夢", "yama", "kaki", "dark", True),
    ("鬱", "asanoha", "matcha", "dark", False),
]


def main() -> None:
    """Measures or draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("cost")
    sheet = commands.add_parser("sheet")
    sheet.add_argument("output", type=Path)
    sheet.add_argument("--painted", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    if args.command == "cost":
        print(json.dumps(_costs(), indent=1))
    else:
        _sheet(args.output, args.painted)


def _costs() -> list[dict[str, object]]:
    """The least of some rounds, since other processes of the machine only add to it."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
        Image.fromarray(noise).resize(PHOTO_SIZE, Image.Resampling.BICUBIC).save(photo, quality=90)
        for ground in ("seigaiha", "washi", "yama", "photo"):
            options = {"characters": "鬱", "pattern": "seigaiha" if ground == "photo" else ground}
            uploads = {"photo": str(photo)} if ground == "photo" else {}
            request = ComposeRequest(options, folder, 40_000_000, uploads)
            runs = [_run(request) for _ in range(ROUNDS)]
            row = {name: min(run[name] for run in runs) for name in runs[0]}
            rows.append({"ground": ground} | row)
    return rows


def _run(request: ComposeRequest) -> dict[str, float]:
    """CPU and wall seconds of one run of the composer, and its largest memory."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "service.jobs.composer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin and child.stdout
    child.stdin.write(request.text().encode())
    child.stdin.close()
    answer = json.loads(child.stdout.read())
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    assert answer["contrast"] >= 3, answer
    return {
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "wall_seconds": round(time.monotonic() - began, 2),
        "megabytes": used.ru_maxrss // 1000,
    }


def _sheet(output: Path, painted: list[Path]) -> None:
    pictures = [_drawn(*one) for one in SHEET] + [Image.open(path) for path in painted]
    height = COLUMN * SHAPE[1] // SHAPE[0]
    rows = -(-len(pictures) // COLUMNS)
    size = (COLUMNS * (COLUMN + GAP) + GAP, rows * (height + GAP) + GAP)
    sheet = Image.new("RGB", size, "white")
    for place, picture in enumerate(pictures):
        row, column = divmod(place, COLUMNS)
        small = picture.convert("RGB").resize((COLUMN, height), Image.Resampling.LANCZOS)
        sheet.paste(small, (GAP + column * (COLUMN + GAP), GAP + row * (height + GAP)))
    with replacing(output) as partial:
        sheet.save(partial, "JPEG", quality=88)
        assert partial.stat().st_size <= MOST_BYTES


def _drawn(characters: str, pattern: str, palette: str, theme: str, reading: bool) -> Image.Image:
    design = Design(characters, SHAPE, pattern, palette, theme, seed=4, reading=reading)
    return compose(design, draw(design, load_references())).picture


if __name__ == "__main__":
    main()
