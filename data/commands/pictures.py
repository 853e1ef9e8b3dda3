"""`hitsujun data build glyphs|photos`: pictures for training, as one file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.formats.casia import Damage, Glyph

Commands = Any  # argparse's action of sub-commands
TOLD = 20  # damages that are told one by one


def add_picture_commands(kinds: Commands) -> None:
    """Add the kinds below to those of `data build`."""
    glyphs = kinds.add_parser("glyphs", help="pictures of characters, from CASIA's .gnt")
    glyphs.add_argument(
        "gnt", type=Path, nargs="+", metavar="GNT", help=".gnt, or a folder or .zip of them"
    )
    glyphs.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    glyphs.add_argument(
        "--size", type=int, default=64, help="side in pixels (default: %(default)s)"
    )
    glyphs.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        help="of all (default: CASIA's own division by writers)",
    )
    _add_skip(glyphs, "damaged records")
    glyphs.set_defaults(run=build_glyphs)

    photos = kinds.add_parser("photos", help="photos, scaled down; folders are classes")
    photos.add_argument("folder", type=Path, metavar="FOLDER", help="e.g. ImageNet's, with train/")
    photos.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    photos.add_argument(
        "--size", type=int, default=320, help="shorter side in pixels (default: %(default)s)"
    )
    photos.add_argument("--licence", default="unknown", help="default: %(default)s")
    _add_skip(photos, "photos that cannot be read")
    photos.set_defaults(run=build_photos)


def build_glyphs(args: argparse.Namespace) -> int:
    """Build a file of glyphs; its path goes to stdout, how many it holds to stderr."""
    from data.corpora.build import sha256_of
    from data.formats import casia
    from data.pictures.glyphs import write_glyphs

    files = [source for path in args.gnt for source in casia.sources(path, (".gnt",))]
    names = sorted({casia.set_name(source.name, is_online=False) for source in files})
    damages: list[str] = []
    parts = {source.writer: casia.split_of(source.name) for source in files}

    def glyphs() -> Iterator[Glyph]:
        def report(damage: Damage) -> None:
            damages.append(str(damage))

        for source in files:
            with source.open() as file:
                yield from casia.read_gnt(
                    file,
                    source.name,
                    writer=source.writer,
                    report=report if args.skip_damaged else None,
                )

    count = write_glyphs(
        args.output,
        glyphs(),
        facts={
            "source": ", ".join(names),
            "licence": casia.LICENCE,
            "sha256": sha256_of(args.gnt),
        },
        split=args.split or (lambda glyph: parts[glyph.writer or ""]),
        size_px=args.size,
    )
    return _told(args.output, count, "pictures", damages)


def build_photos(args: argparse.Namespace) -> int:
    """Build a file of photos; its path goes to stdout, how many it holds to stderr."""
    from data.corpora.build import sha256_of
    from data.pictures.photos import PhotoFolder, write_photos

    left_out: list[str] = []
    count = write_photos(
        args.output,
        PhotoFolder(args.folder),
        size_px=args.size,
        facts={
            "source": args.folder.resolve().name,
            "licence": args.licence,
            "sha256": sha256_of([args.folder]),
        },
        report=left_out.append if args.skip_damaged else None,
    )
    return _told(args.output, count, "photos", left_out)


def _add_skip(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--skip-damaged", action="store_true", help=f"leave {what} out, and say how many and why"
    )


def _told(output: Path, count: int, what: str, left_out: list[str]) -> int:
    if left_out:
        print(f"{len(left_out)} were left out:", *left_out[:TOLD], sep="\n  ", file=sys.stderr)
    print(f"{count} {what}", file=sys.stderr)
    print(output)
    return 0
