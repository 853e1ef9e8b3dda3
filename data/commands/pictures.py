"""`hitsujun data build glyphs|photos`: pictures for training, as one file or a store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import Checked, existing, existing_folder, new_file, parse_path, whole
from data.commands.options import Commands, add_output, add_skip_damaged, add_split
from data.errors import NothingToWrite

if TYPE_CHECKING:
    from data.formats.casia import Glyph, Source
    from data.formats.casia.damage import Report

LEAST_SIDE, MOST_SIDE = 16, 4096  # pixels of a picture
MAX_LINES = 20  # pictures left out that are listed


def add_picture_commands(kinds: Commands) -> None:
    """Adds `glyphs` and `photos` to the kinds of `data build`."""
    _add_glyphs(kinds)
    _add_photos(kinds)


def build_glyphs(args: argparse.Namespace) -> int:
    """Builds a file of glyphs and prints its path; the number of glyphs goes to stderr."""
    from data.content import check_content
    from data.corpora.build import sha256_of
    from data.formats import casia
    from data.formats.casia.damage import refuse_with_advice
    from data.pictures.glyphs import write_glyphs

    sources = [source for path in args.gnt for source in casia.sources(path, (".gnt",))]
    for path in {source.path for source in sources if source.member is None}:
        check_content(path, "a file of CASIA")
    names = sorted({casia.set_name(source.name, is_online=False) for source in sources})
    splits = {source.writer: casia.split_of(source.name) for source in sources}
    left_out: list[str] = []

    def report(damage: casia.Damage) -> None:
        left_out.append(str(damage))

    with _reasons(left_out):
        count = write_glyphs(
            args.output,
            _read_glyphs(sources, report if args.skip_damaged else refuse_with_advice),
            facts={
                "source": ", ".join(names),
                "licence": casia.LICENCE,
                "sha256": sha256_of(args.gnt),
            },
            split=args.split or (lambda glyph: splits[glyph.writer or ""]),
            size_px=args.size,
        )
    return _print_result(args.output, count, "pictures", left_out)


def build_photos(args: argparse.Namespace) -> int:
    """Builds a file or a store of photos and prints its path; how many they are goes to stderr."""
    from data.corpora.build import sha256_of
    from data.pictures.photo_store import is_store, write_store
    from data.pictures.photos import PhotoFolder, write_photos

    write = write_store if is_store(args.output) else write_photos
    left_out: list[str] = []
    with _reasons(left_out):
        count = write(
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
    return _print_result(args.output, count, "photos", left_out)


def _add_glyphs(kinds: Commands) -> None:
    parser = kinds.add_parser("glyphs", help="pictures of characters, from CASIA's .gnt")
    parser.add_argument(
        "gnt", type=existing, nargs="+", metavar="GNT", help=".gnt, or a folder or .zip of them"
    )
    add_output(parser, ".h5")
    parser.add_argument(
        "--size",
        type=whole(LEAST_SIDE, MOST_SIDE),
        default=64,
        help="side in pixels (default: %(default)s)",
    )
    add_split(parser, default="CASIA's own division by writers")
    add_skip_damaged(parser, "damaged records")
    parser.set_defaults(run=build_glyphs)


def _add_photos(kinds: Commands) -> None:
    parser = kinds.add_parser("photos", help="photos, scaled down; folders are classes")
    parser.add_argument(
        "folder", type=existing_folder, metavar="FOLDER", help="e.g. ImageNet's, with train/"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Checked(parse_path, _check_photos, "written"),
        required=True,
        help="the file to write, or with the suffix .litdata a new folder for LitData, which may"
        " be copied to a bucket",
    )
    parser.add_argument(
        "--size",
        type=whole(LEAST_SIDE, MOST_SIDE),
        default=320,
        help="shorter side in pixels (default: %(default)s)",
    )
    parser.add_argument(
        "--licence", default="unknown", help="the photos' licence (default: %(default)s)"
    )
    add_skip_damaged(parser, "photos that cannot be read")
    parser.set_defaults(run=build_photos)


def _check_photos(path: Path, name: str) -> None:
    """Raises DataError or OSError where neither a file nor a new store can be written there."""
    from data.pictures.photo_store import SUFFIX, check_new_store

    if path.suffix.lower() == SUFFIX:
        check_new_store(path)
    else:
        new_file(".h5", SUFFIX).check(path, name)


@contextmanager
def _reasons(left_out: list[str]) -> Iterator[None]:
    """Where all pictures were left out, the error says how many, and why the first."""
    try:
        yield
    except NothingToWrite as error:
        raise (error.because(len(left_out), left_out[0]) if left_out else error) from None


def _read_glyphs(sources: Sequence[Source], report: Report) -> Iterator[Glyph]:
    from data.formats import casia

    for source in sources:
        with source.open() as file:
            yield from casia.read_gnt(file, source.name, writer=source.writer, report=report)


def _print_result(output: Path, count: int, what: str, left_out: list[str]) -> int:
    if left_out:
        print(f"{len(left_out)} were left out:", *left_out[:MAX_LINES], sep="\n  ", file=sys.stderr)
    print(f"{count} {what}", file=sys.stderr)
    print(output)
    return 0
