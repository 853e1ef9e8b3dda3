"""`hitsujun data`: build reference sets and corpora; `data.file_commands` has the rest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.file_commands import add_file_commands

SETS = ("ja", "zh")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `data` with its own sub-commands."""
    data = subparsers.add_parser("data", help="corpora and references")
    commands = data.add_subparsers(dest="data_command", required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="build a file of references or of ink")
    kinds = build.add_subparsers(dest="data_kind", required=True, metavar="KIND")
    references = kinds.add_parser("references", help="the canonical strokes of a language")
    references.add_argument(
        "--set", default="ja", choices=SETS, help="which set (default: %(default)s)"
    )
    references.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PATH",
        help="for zh: makemeahanzi's graphics.txt, or hanzi-writer-data, a folder or .tgz"
        " (default: what hitsujun data fetch keeps in the cache)",
    )
    references.add_argument("-o", "--output", type=Path, help="default: in the cache folder")
    references.set_defaults(run=build_references)

    corpus = kinds.add_parser("corpus", help="an ink corpus from JSONL, InkML or UNIPEN files")
    corpus.add_argument(
        "ink", type=Path, nargs="+", metavar="INK", help=".jsonl, .inkml, .unipen or .h5"
    )
    corpus.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    corpus.add_argument("--source", default="", help="where the ink comes from (default: files)")
    corpus.add_argument("--licence", default="unknown", help="default: %(default)s")
    corpus.add_argument("--split", default="train", help="default: %(default)s")
    corpus.set_defaults(run=build_corpus)

    add_file_commands(commands)


def build_references(args: argparse.Namespace) -> int:
    """Build a reference set; its path goes to stdout."""
    from data.references import build_references

    print(f"building the references {args.set} ...", file=sys.stderr)
    print(build_references(args.set, path=args.output, source=args.source))
    return 0


def build_corpus(args: argparse.Namespace) -> int:
    """Build a corpus; its path goes to stdout, how many inks it holds to stderr."""
    import hashlib

    from data.corpus import write_corpus
    from data.ink_files import read_inks

    digest = hashlib.sha256()
    for path in args.ink:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    source = args.source or ", ".join(path.name for path in args.ink)
    facts = {"source": source, "licence": args.licence, "sha256": digest.hexdigest()}
    inks = (ink for path in args.ink for ink in read_inks(path))
    count = write_corpus(args.output, inks, facts=facts, split=args.split)
    print(f"{count} inks", file=sys.stderr)
    print(args.output)
    return 0
