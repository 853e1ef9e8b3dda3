"""`hitsujun data build references|corpus`: reference sets, and corpora from files of ink."""

from __future__ import annotations

import argparse
import sys

from data.arguments import existing, new_file, whole
from data.commands.options import Commands, add_output, add_skip_damaged, add_split
from data.commands.pictures import add_picture_commands
from data.references.sets import REFERENCE_SETS


def add_build_commands(commands: Commands) -> None:
    """Adds `build`, with a sub-command for each kind of file."""
    build = commands.add_parser("build", help="build a file of references, ink or pictures")
    kinds = build.add_subparsers(dest="data_kind", required=True, metavar="KIND")
    _add_references(kinds)
    _add_corpus(kinds)
    add_picture_commands(kinds)


def build_references(args: argparse.Namespace) -> int:
    """Builds a reference set and prints its path."""
    from data.references.store import build_references

    print(build_references(args.set, path=args.output, source=args.source))
    return 0


def build_corpus(args: argparse.Namespace) -> int:
    """Builds a corpus and prints its path; the number of inks goes to stderr."""
    from data.corpora.build import build, left_out_lines, sha256_of
    from data.formats import casia

    casia_suffixes = (*casia.ONLINE, ".zip")
    is_casia = all(p.is_dir() or p.suffix.lower() in casia_suffixes for p in args.ink)
    if is_casia:
        names = sorted({casia.set_name(str(path.resolve())) for path in args.ink})
    else:
        names = [path.name for path in args.ink]
    facts = {
        "source": args.source or ", ".join(names),
        "licence": args.licence or (casia.LICENCE if is_casia else "unknown"),
        "sha256": sha256_of(args.ink),
    }
    result = build(
        args.output,
        args.ink,
        facts=facts,
        split=args.split,
        skip_damaged=args.skip_damaged,
        workers=args.workers,
        log=lambda line: print(line, file=sys.stderr),
    )
    for line in left_out_lines(result):
        print(line, file=sys.stderr)
    print(f"{result.inks} inks", file=sys.stderr)
    print(args.output)
    return 0


def _add_references(kinds: Commands) -> None:
    parser = kinds.add_parser("references", help="the canonical strokes of a language's characters")
    parser.add_argument(
        "--set",
        default="ja",
        choices=REFERENCE_SETS,
        help="the reference set (default: %(default)s)",
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=existing,
        metavar="PATH",
        help="for zh: makemeahanzi's graphics.txt, or hanzi-writer-data as a folder or .tgz"
        " (default: what hitsujun data fetch has put into the cache)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".h5"),
        help="the file to write (default: in the cache folder)",
    )
    parser.set_defaults(run=build_references)


def _add_corpus(kinds: Commands) -> None:
    parser = kinds.add_parser("corpus", help="an ink corpus, from CASIA, JSONL, InkML or UNIPEN")
    parser.add_argument(
        "ink",
        type=existing,
        nargs="+",
        metavar="INK",
        help=".pot, .ptts, a folder or .zip of them, .jsonl, .inkml, .unipen or .h5",
    )
    add_output(parser, ".h5")
    parser.add_argument(
        "--source", default="", help="where the ink comes from (default: from the names of INK)"
    )
    parser.add_argument(
        "--licence", default="", help="its licence (default: CASIA's for CASIA's files, or unknown)"
    )
    add_split(parser, default="CASIA's own division by writers, else train")
    add_skip_damaged(parser, "damaged records of CASIA")
    parser.add_argument(
        "--workers", type=whole(1), help="processes (default: one for each core, at most 4)"
    )
    parser.set_defaults(run=build_corpus)
