"""`hitsujun recognize` and `hitsujun grade`."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds this package's commands to the `hitsujun` command."""
    parser = commands.add_parser(
        "recognize",
        help="which characters drawn strokes are",
        description="One JSON line for each ink, in order: candidates with probabilities, and ms.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("ink", type=Path, metavar="INK.jsonl", help="one ink a line")
    parser.add_argument("--top", type=int, default=10, help="how many candidates")
    parser.add_argument(
        "--candidates",
        default="all",
        metavar="all|joyo|jinmeiyo|DECK",
        help="a list, or a text file of characters: only these are answered",
    )
    parser.set_defaults(run=_recognize)

    parser = commands.add_parser(
        "grade",
        help="what is right and wrong with each stroke",
        description='One JSON line for each ink, in order; its "char" is the target.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("ink", type=Path, metavar="INK.jsonl", help='one ink a line, with "char"')
    parser.add_argument("--reference", default="ja", help="the reference set")
    parser.add_argument(
        "--leniency",
        default="normal",
        metavar="relaxed|normal|calligraphy|NUMBER",
        help="how strict to be; a larger number accepts more, normal is 1",
    )
    parser.set_defaults(run=_grade)


def _recognize(args: argparse.Namespace) -> int:
    from data.ink import read_jsonl
    from kanji.recognition import Recognizer

    recognizer = Recognizer.load()
    candidates = _candidates(args.candidates)
    for ink in read_jsonl(args.ink):
        begun = time.perf_counter()
        found = recognizer.recognize(ink, top=args.top, candidates=candidates)
        ranked = [{"character": c.character, "probability": round(c.probability, 6)} for c in found]
        spent = round((time.perf_counter() - begun) * 1000, 3)
        print(json.dumps({"candidates": ranked, "ms": spent}, ensure_ascii=False))
    return 0


def _grade(args: argparse.Namespace) -> int:
    from data.errors import InkError, ReferenceMissing
    from data.ink import read_jsonl
    from data.references import load_references
    from kanji.grading import grade

    references = load_references(args.reference)
    leniency = _leniency(args.leniency)
    for number, ink in enumerate(read_jsonl(args.ink), start=1):
        if ink.char is None:
            raise InkError(
                f'{args.ink}: ink {number} has no "char", the character it is meant to be'
            )
        if ink.char not in references:
            raise ReferenceMissing(f"the set {args.reference} has no strokes for {ink.char!r}")
        begun = time.perf_counter()
        graded = grade(ink, references[ink.char], leniency=leniency).to_dict()
        spent = round((time.perf_counter() - begun) * 1000, 3)
        print(json.dumps(graded | {"ms": spent}, ensure_ascii=False))
    return 0


def _leniency(text: str) -> float:
    from kanji.errors import KanjiError
    from kanji.grading import LENIENCY

    if text in LENIENCY:
        return LENIENCY[text]
    try:
        return float(text)
    except ValueError:
        names = ", ".join(LENIENCY)
        raise KanjiError(f"no leniency {text!r}: give {names}, or a number") from None


def _candidates(name: str) -> set[str] | None:
    from data.characters import LISTS, characters
    from kanji.errors import KanjiError

    if name == "all":
        return None
    if name in LISTS:
        return set(characters(name))
    if not Path(name).is_file():
        raise KanjiError(
            f"no candidates {name!r}: give {', '.join(LISTS)}, or a file of characters"
        )
    return set("".join(Path(name).read_text("utf-8").split()))
