"""`hitsujun recognize`, `grade`, `align`, `simulate` and `tune`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from data.references.sets import REFERENCE_SETS
from kanji.practice.commands import add_simulate, add_tune

if TYPE_CHECKING:
    from data.references.reference import Reference
    from kanji.recognizer.recognize import Recognizer


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds this package's commands to the `hitsujun` command."""
    parser = commands.add_parser(
        "recognize",
        help="which characters drawn strokes are",
        description="One JSON line for each ink, in order: candidates with probabilities, that of"
        " its being no character, and ms.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("ink", type=Path, metavar="INK.jsonl", help="one ink a line")
    parser.add_argument("--top", type=int, default=10, help="how many candidates")
    parser.add_argument(
        "--candidates",
        default="all",
        metavar="all|joyo|jinmeiyo|kana|DECK",
        help="a list, or a text file of characters: only these are answered",
    )
    parser.add_argument(
        "--order",
        action="store_true",
        help="also say which canonical stroke each drawn one is, of `char` or else of the best"
        " candidate",
    )
    parser.add_argument("--reference", default="ja", help="the reference set of --order")
    parser.set_defaults(run=_recognize)
    _add_grade(commands)
    _add_align(commands)
    add_simulate(commands)
    add_tune(commands)


def _add_grade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "grade",
        help="what is right and wrong with each stroke",
        description="One JSON line for each ink, in order; its `char` is what it should be.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("ink", type=Path, metavar="INK.jsonl", help="one ink a line, with char")
    parser.add_argument("--reference", default="ja", help="the reference set")
    parser.add_argument(
        "--leniency",
        default="normal",
        metavar="normal|relaxed|calligraphy|NUMBER",
        help="how much may differ; a larger number accepts more",
    )
    parser.add_argument(
        "--so-far",
        action="store_true",
        help="take each ink for the beginning of its character: is it right up to now?",
    )
    parser.set_defaults(run=_grade)


def _add_align(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "align",
        help="label the strokes of a corpus by a reference set",
        description="Writes which canonical stroke each point of each ink belongs to, with a"
        " confidence for each stroke, and prints as JSON the share of inks aligned, by writer.",
    )
    parser.add_argument("corpus", type=Path, metavar="CORPUS", help="an HDF5 corpus of ink")
    parser.add_argument(
        "--reference", default="ja", choices=REFERENCE_SETS, help="which set (default: %(default)s)"
    )
    parser.add_argument("-o", "--output", type=Path, help="default: into the corpus itself")
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    parser.set_defaults(run=_align)


def _align(args: argparse.Namespace) -> int:
    from kanji.matching.corpus_alignment import align_corpus

    shares = align_corpus(
        args.corpus,
        args.output or args.corpus,
        reference=args.reference,
        workers=args.workers,
        say=lambda text: print(text, file=sys.stderr),
    )
    print(json.dumps(shares.to_dict(), ensure_ascii=False))
    return 0


def _recognize(args: argparse.Namespace) -> int:
    from data.ink.jsonl import read_jsonl
    from data.references.store import load_references
    from kanji.recognizer.recognize import Recognizer
    from kanji.recognizer.second_look import recognize
    from kanji.recognizer.stroke_order import read_strokes

    recognizer = Recognizer.load()
    candidates = _candidates(args.candidates)
    canonical = load_references()
    references = load_references(args.reference) if args.order else {}
    for number, ink in enumerate(read_jsonl(args.ink), start=1):
        begun = time.perf_counter()
        found = recognize(recognizer, ink, canonical, top=args.top, candidates=candidates)
        answer = found.to_dict()
        if args.order:
            character = ink.char or found.best.character
            reference = _reference(references, character, args, number)
            read = read_strokes(recognizer, ink, reference)
            strokes = [stroke.to_dict() for stroke in read]
            answer["order"] = {"character": character, "strokes": strokes}
        answer["ms"] = round((time.perf_counter() - begun) * 1000, 3)
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _grade(args: argparse.Namespace) -> int:
    from data.ink.jsonl import read_jsonl
    from data.references.store import load_references
    from kanji.errors import KanjiError
    from kanji.grading.grade import grade
    from kanji.grading.so_far import grade_so_far
    from kanji.recognizer.recognize import sure_reading

    leniency, references = _leniency(args.leniency), load_references(args.reference)
    recognizer = None if args.so_far else _shipped()
    for number, ink in enumerate(read_jsonl(args.ink), start=1):
        if ink.char is None:
            raise KanjiError(f'{args.ink}, ink {number}: give "char", what it should be')
        reference = _reference(references, ink.char, args, number)
        begun = time.perf_counter()
        if args.so_far:
            found = grade_so_far(ink, reference, leniency=leniency).to_dict()
            answer = {"character": ink.char} | found
        else:
            read_as = sure_reading(recognizer, ink, ink.char) if recognizer else None
            answer = grade(ink, reference, leniency=leniency, read_as=read_as).to_dict()
        answer["ms"] = round((time.perf_counter() - begun) * 1000, 3)
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _reference(
    references: Mapping[str, Reference], character: str, args: argparse.Namespace, number: int
) -> Reference:
    """The reference of an ink's character; an error names the ink by its number."""
    from data.errors import ReferenceMissing

    if character not in references:
        raise ReferenceMissing(
            f"{args.ink}, ink {number}: {character!r} is not in {args.reference!r}"
        )
    return references[character]


def _leniency(text: str) -> float:
    from kanji.errors import KanjiError
    from kanji.grading.grade import LENIENCY

    if text in LENIENCY:
        return LENIENCY[text]
    try:
        return float(text)
    except ValueError:
        raise KanjiError(f"no leniency {text!r}: give {', '.join(LENIENCY)}, or a number") from None


def _shipped() -> Recognizer | None:
    """The shipped recognizer, or None where this copy has no weights."""
    from kanji.recognizer.recognize import SHIPPED, Recognizer

    return Recognizer.load() if SHIPPED.is_file() else None


def _candidates(name: str) -> set[str] | None:
    from data.characters import LISTS, characters
    from kanji.errors import KanjiError

    if set(name.split("+")) <= set(LISTS):
        return set(characters(name))
    if not Path(name).is_file():
        raise KanjiError(
            f"no candidates {name!r}: give {', '.join(LISTS)}, or a file of characters"
        )
    return set("".join(Path(name).read_text("utf-8").split()))
