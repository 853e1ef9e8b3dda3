"""`hitsujun data`: build reference sets and corpora; `data.commands.files` has the rest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.commands.files import add_file_commands
from data.commands.pictures import add_picture_commands
from data.references.sets import REFERENCE_SETS


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `data` with its own sub-commands."""
    data = subparsers.add_parser("data", help="corpora and references")
    commands = data.add_subparsers(dest="data_command", required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="build a file of references, of ink or of pictures")
    kinds = build.add_subparsers(dest="data_kind", required=True, metavar="KIND")
    references = kinds.add_parser("references", help="the canonical strokes of a language")
    references.add_argument(
        "--set", default="ja", choices=REFERENCE_SETS, help="which set (default: %(default)s)"
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

    corpus = kinds.add_parser("corpus", help="an ink corpus, from CASIA, JSONL, InkML or UNIPEN")
    corpus.add_argument(
        "ink",
        type=Path,
        nargs="+",
        metavar="INK",
        help=".pot, .ptts, a folder or .zip of them, .jsonl, .inkml, .unipen or .h5",
    )
    corpus.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    corpus.add_argument("--source", default="", help="where the ink is from (default: by its name)")
    corpus.add_argument("--licence", default="", help="default: CASIA's for its files, or unknown")
    corpus.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        help="of all ink (default: CASIA's own division by writers, else train)",
    )
    corpus.add_argument(
        "--skip-damaged",
        action="store_true",
        help="leave damaged records of CASIA out, and say how many and why",
    )
    corpus.add_argument("--workers", type=int, help="processes (default: one a core, at most 4)")
    corpus.set_defaults(run=build_corpus)

    add_picture_commands(kinds)
    add_file_commands(commands)


def build_references(args: argparse.Namespace) -> int:
    """Build a reference set; its path goes to stdout."""
    from data.references.store import build_references

    print(f"building the references {args.set} ...", file=sys.stderr)
    print(build_references(args.set, path=args.output, source=args.source))
    return 0


def build_corpus(args: argparse.Namespace) -> int:
    """Build a corpus; its path goes to stdout, how many inks it holds to stderr."""
    from data.corpora.build import build, left_out_lines, sha256_of
    from data.formats import casia

    names = sorted({casia.set_name(str(path.resolve())) for path in args.ink})
    is_casia = all(p.is_dir() or p.suffix.lower() in (".pot", ".ptts", ".zip") for p in args.ink)
    source = ", ".join(names) if is_casia else ", ".join(path.name for path in args.ink)
    licence = casia.LICENCE if is_casia else "unknown"
    facts = {"source": args.source or source, "licence": args.licence or licence}
    result = build(
        args.output,
        args.ink,
        facts=facts | {"sha256": sha256_of(args.ink)},
        split=args.split,
        skip_damaged=args.skip_damaged,
        workers=args.workers,
        log=lambda text: print(text, file=sys.stderr),
    )
    for line in left_out_lines(result):
        print(line, file=sys.stderr)
    print(f"{result.inks} inks", file=sys.stderr)
    print(args.output)
    return 0
