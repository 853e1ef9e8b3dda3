"""`hitsujun grade`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.arguments import ink_source
from data.references.sets import REFERENCE_SETS
from kanji.commands.model import add_model

if TYPE_CHECKING:
    from data.ink import Ink
    from data.references.reference import Reference
    from kanji.recognizer.recognize import Recognizer


def add_grade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "grade",
        help="report what is right and wrong with each stroke",
        description="Prints one JSON line for each ink, in order. An ink's char is the character"
        " that it should be.",
    )
    parser.add_argument(
        "ink",
        type=ink_source,
        metavar="INK",
        help="a file of ink with char: .jsonl, .inkml, .unipen, .pot, .h5, or another that data"
        " info reads",
    )
    parser.add_argument(
        "--reference",
        default="ja",
        choices=REFERENCE_SETS,
        help="reference set (default: %(default)s)",
    )
    parser.add_argument(
        "--leniency",
        default="normal",
        metavar="normal|relaxed|calligraphy|NUMBER",
        help="how much may differ; a larger number accepts more (default: %(default)s)",
    )
    parser.add_argument(
        "--so-far",
        action="store_true",
        help="grade each ink as the beginning of its character: is it right so far?",
    )
    add_model(parser)
    parser.set_defaults(run=_grade)


def _grade(args: argparse.Namespace) -> int:
    from data.corpora.files import read_inks
    from data.references.store import load_references
    from kanji.commands.references import InkReferences
    from kanji.errors import KanjiError

    leniency, selected = _leniency(args.leniency), load_references(args.reference)
    references = InkReferences(selected, args.reference, args.ink)
    recognizer = None if args.so_far else _recognizer(args.model)
    for number, ink in enumerate(read_inks(args.ink), start=1):
        if ink.char is None:
            raise KanjiError(
                f'{args.ink}, ink {number}: "char" is missing, the character that it should be'
            )
        reference = references.of(ink.char, number)
        started = time.perf_counter()
        if args.so_far:
            answer = _so_far_answer(ink, reference, leniency)
        else:
            answer = _answer(ink, reference, leniency, recognizer, selected)
        answer["ms"] = round((time.perf_counter() - started) * 1000, 3)
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _answer(
    ink: Ink,
    reference: Reference,
    leniency: float,
    recognizer: Recognizer | None,
    references: Mapping[str, Reference],
) -> dict[str, Any]:
    """The grade of a whole character, with the recognizer's reading if there is one."""
    from kanji.grading.grade import grade
    from kanji.recognizer.second_look import careful_reading

    read_as = None
    if recognizer:
        read_as = careful_reading(recognizer, ink, reference.character, references)
    return grade(ink, reference, leniency=leniency, read_as=read_as).to_dict()


def _so_far_answer(ink: Ink, reference: Reference, leniency: float) -> dict[str, Any]:
    """The grade of the beginning of a character."""
    from kanji.grading.so_far import grade_so_far

    answer = grade_so_far(ink, reference, leniency=leniency).to_dict()
    return {"character": reference.character} | answer


def _leniency(text: str) -> float:
    """A leniency by its name or as a number."""
    from data.suggestions import did_you_mean
    from kanji.errors import KanjiError
    from kanji.grading.grade import LENIENCY

    if text in LENIENCY:
        return LENIENCY[text]
    try:
        return float(text)
    except ValueError:
        raise KanjiError(
            f"no leniency {text!r}: give {', '.join(LENIENCY)}, or a number"
            f"{did_you_mean(text, LENIENCY)}"
        ) from None


def _recognizer(model: Path | None) -> Recognizer | None:
    """The recognizer, or None where this copy has no weights and none were given."""
    from kanji.recognizer.recognize import SHIPPED, Recognizer

    return Recognizer.load(model or SHIPPED) if model or SHIPPED.is_file() else None
