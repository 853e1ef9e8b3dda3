"""`hitsujun align`."""

from __future__ import annotations

import argparse
import json
import sys

from data.arguments import existing_file, new_file, whole
from data.references.sets import REFERENCE_SETS


def add_align(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "align",
        help="label the strokes of a corpus by a reference set",
        description="Writes which canonical stroke each point of each ink belongs to, with a"
        " confidence for each stroke. Prints, as JSON, the fraction of inks aligned, by writer. A"
        " run that was stopped goes on. Processes that torchrun or SLURM starts share the work.",
    )
    parser.add_argument(
        "corpus", type=existing_file, metavar="CORPUS", help="an HDF5 corpus of ink"
    )
    parser.add_argument(
        "--reference",
        default="ja",
        choices=REFERENCE_SETS,
        help="reference set (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".h5"),
        help="the file to write (default: the corpus itself)",
    )
    parser.add_argument("--workers", type=whole(1), help="processes (default: one for each core)")
    parser.set_defaults(run=_align)


def _align(args: argparse.Namespace) -> int:
    from kanji.matching.corpus_alignment import align_corpus

    counts = align_corpus(
        args.corpus,
        args.output or args.corpus,
        reference=args.reference,
        workers=args.workers,
        report=lambda line: print(line, file=sys.stderr),
    )
    if counts is not None:  # of several processes the first one tells
        print(json.dumps(counts.to_dict(), ensure_ascii=False))
    return 0
