"""`hitsujun recognize`."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

from data.arguments import ink_source, parse_name, whole
from data.characters import LISTS
from data.references.sets import REFERENCE_SETS
from kanji.commands.model import add_model
from kanji.errors import KanjiError

if TYPE_CHECKING:
    from data.ink import Ink
    from kanji.commands.references import InkReferences
    from kanji.recognizer.recognize import Recognizer


def add_recognize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "recognize",
        help="recognize the character that drawn strokes are",
        description="Prints one JSON line for each ink, in order: the candidates with their"
        " probabilities, the probability that the ink is no character, and the time in ms.",
    )
    parser.add_argument(
        "ink",
        type=ink_source,
        metavar="INK",
        help="a file of ink: .jsonl, .inkml, .unipen, .pot, .h5, or another that data info reads",
    )
    parser.add_argument(
        "--top", type=whole(1), default=10, help="candidates to print (default: %(default)s)"
    )
    parser.add_argument(
        "--candidates",
        type=parse_name,
        metavar="LIST|DECK|FILE",
        help=f"the only characters to consider: {', '.join(LISTS)}, several joined by +, a deck,"
        " or a text file of characters (default: joyo and jinmeiyo kanji)",
    )
    parser.add_argument(
        "--order",
        action="store_true",
        help="also print which canonical stroke each drawn stroke is, of the ink's char or else of"
        " the best candidate",
    )
    parser.add_argument(
        "--reference",
        choices=REFERENCE_SETS,
        help=f"reference set for --order (default: {REFERENCE_SETS[0]})",
    )
    add_model(parser)
    parser.set_defaults(run=_recognize)


def _recognize(args: argparse.Namespace) -> int:
    from data.corpora.files import read_inks
    from data.references.store import load_references
    from kanji.commands.candidates import named_candidates
    from kanji.commands.references import InkReferences
    from kanji.recognizer.recognize import SHIPPED, Recognizer
    from kanji.recognizer.second_look import recognize

    if args.reference and not args.order:
        raise KanjiError("--reference is read by --order alone: give both, or leave it out")
    recognizer = Recognizer.load(args.model or SHIPPED)
    reference = args.reference or REFERENCE_SETS[0]
    candidates = None if args.candidates is None else named_candidates(args.candidates)
    canonical = load_references()
    selected = load_references(reference) if args.order else {}
    references = InkReferences(selected, reference, args.ink)
    for number, ink in enumerate(read_inks(args.ink), start=1):
        started = time.perf_counter()
        recognition = recognize(recognizer, ink, canonical, top=args.top, candidates=candidates)
        answer = recognition.to_dict()
        if args.order:
            character = ink.char or recognition.best.character
            answer["order"] = _order(recognizer, ink, character, references, number)
        answer["ms"] = round((time.perf_counter() - started) * 1000, 3)
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _order(
    recognizer: Recognizer, ink: Ink, character: str, references: InkReferences, number: int
) -> dict[str, Any]:
    """The canonical stroke that each drawn stroke is; `number`: the ink's, for errors."""
    from kanji.recognizer.stroke_order import read_strokes

    strokes = read_strokes(recognizer, ink, references.of(character, number))
    return {"character": character, "strokes": [stroke.to_dict() for stroke in strokes]}
