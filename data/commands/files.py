"""`hitsujun data fetch|info|show|sheet|compare|export`: download, inspect and convert data."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import Checked, file_or_name, ink_source, new_file, number, whole
from data.characters import KANJI_LISTS
from data.commands.options import Commands, add_output
from data.errors import DataError
from data.references.sets import REFERENCE_SETS
from data.suffixes import suffix_fault

if TYPE_CHECKING:
    from data.inspection.sheet import Sample

# The limits of data.synthetic.writer and of data.inspection.samples, which take long to import.
MOST_SLOPPINESS, MOST_SAMPLES = 50, 100
PICTURE_FORMATS = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}  # Pillow's


def add_file_commands(commands: Commands) -> None:
    """Adds the commands of this file to `data`."""
    _add_fetch(commands)
    _add_info(commands)
    _add_show(commands)
    _add_sheet(commands)
    _add_compare(commands)
    _add_export(commands)


def fetch_package(args: argparse.Namespace) -> int:
    """Downloads a package, builds the reference set zh from it and prints the set's path."""
    from data.references.download import PACKAGES, fetch
    from data.references.store import build_references

    print(f"fetching {PACKAGES[args.name].requirement} ...", file=sys.stderr)
    source = fetch(args.name, again=args.again)
    print(build_references("zh", source=source))
    return 0


def info_file(args: argparse.Namespace) -> int:
    """Checks a file and prints what it contains."""
    from data.inspection.summary import bars, summary
    from data.references.store import load_references

    path = Path(args.file)
    if args.file in REFERENCE_SETS and not path.exists():
        path = load_references(args.file).path
    facts = summary(path)
    if not args.text:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return 0
    histogram = facts.pop("strokes_a_character", None)
    for name, value in facts.items():
        print(f"{name}: {value}")
    if histogram:
        print("strokes a character:", *bars(histogram), sep="\n")
    return 0


def show_samples(args: argparse.Namespace) -> int:
    """Draws samples of characters and prints the picture's path."""
    from data.inspection.samples import samples

    chosen = samples(args.file, args.characters, most=args.most)
    _save_sheet(chosen, args.output, columns=args.columns)
    print(args.output)
    return 0


def show_beside_synthetic(args: argparse.Namespace) -> int:
    """Draws real and synthetic ink in pairs and prints the picture's path."""
    from data.inspection.samples import beside_synthetic
    from data.synthetic.writer import WriterModel

    model = WriterModel()
    if args.sloppiness is not None:
        model = WriterModel(sloppiness=args.sloppiness, sloppiness_spread=0)
    pairs = beside_synthetic(
        args.file, args.characters, most=args.most, seed=args.seed, model=model
    )
    _save_sheet(pairs, args.output, columns=6)
    print(args.output)
    return 0


def compare_sets(args: argparse.Namespace) -> int:
    """Prints how two sets differ, character by character; the summary goes to stderr too."""
    from data.characters import characters
    from data.inspection.samples import examples
    from data.references.comparison import compare, summary, table
    from data.references.store import load_references

    names, listed = (args.first, args.second), characters(args.list)
    sets = load_references(args.first), load_references(args.second)
    comparisons = list(compare(*sets, characters=listed))
    counts = summary(comparisons)
    if args.json:
        rows = [comparison.to_dict() for comparison in comparisons]
        wire = {"sets": names, "summary": counts, "characters": rows}
        print(json.dumps(wire, ensure_ascii=False))
    else:
        print("\n".join(table(comparisons, names)))
    if args.output:
        _save_sheet(examples(comparisons, sets, names), args.output, columns=4)
    print(", ".join(f"{name} {count}" for name, count in counts.items()), file=sys.stderr)
    return 0


def export_ink(args: argparse.Namespace) -> int:
    """Writes ink in the format of the output's suffix and prints its path."""
    from data.corpora.files import read_inks, write_inks

    print(f"{write_inks(args.output, read_inks(args.file))} inks", file=sys.stderr)
    print(args.output)
    return 0


def _add_fetch(commands: Commands) -> None:
    parser = commands.add_parser(
        "fetch", help="download reference data into the cache, and build the set from it"
    )
    parser.add_argument("name", choices=["makemeahanzi"], help="the data of the set zh, from npm")
    parser.add_argument(
        "--again", action="store_true", help="download it even where the cache has it"
    )
    parser.set_defaults(run=fetch_package)


def _add_info(commands: Commands) -> None:
    parser = commands.add_parser("info", help="what a file contains, in numbers, as JSON")
    parser.add_argument(
        "file",
        type=file_or_name,
        metavar="FILE",
        help="references, a corpus, ink, glyphs or photos, or the set"
        f" {' or '.join(REFERENCE_SETS)}",
    )
    parser.add_argument("--text", action="store_true", help="print lines and a histogram instead")
    parser.set_defaults(run=info_file)


def _add_show(commands: Commands) -> None:
    parser = commands.add_parser("show", help="draw samples of a character, strokes numbered")
    parser.add_argument(
        "file",
        type=file_or_name,
        metavar="FILE",
        help=f"a corpus, references, ink, or the set {' or '.join(REFERENCE_SETS)}",
    )
    parser.add_argument(
        "characters",
        type=Checked(str, _check_characters),
        metavar="CHARACTERS",
        help="the characters to draw, e.g. 永",
    )
    add_output(parser, *PICTURE_FORMATS, help_text="the picture to write")
    parser.add_argument(
        "--most",
        type=whole(1, MOST_SAMPLES),
        default=12,
        help=f"samples of each character; {MOST_SAMPLES} in all at most (default: %(default)s)",
    )
    parser.add_argument(
        "--columns", type=whole(1), default=4, help="samples in a row (default: %(default)s)"
    )
    parser.set_defaults(run=show_samples)


def _check_characters(characters: str, _: str) -> None:
    if not characters:
        raise DataError("CHARACTERS is empty: give one or more characters, such as 永")


def _add_sheet(commands: Commands) -> None:
    parser = commands.add_parser("sheet", help="draw real ink and synthetic ink side by side")
    parser.add_argument("file", type=file_or_name, metavar="FILE", help="a corpus or a file of ink")
    parser.add_argument(
        "--characters",
        default="",
        help="the characters to draw (default: a selection from the whole file)",
    )
    add_output(parser, *PICTURE_FORMATS, help_text="the picture to write")
    parser.add_argument(
        "--most",
        type=whole(1, MOST_SAMPLES // 2),
        default=18,
        help=f"pairs, up to {MOST_SAMPLES // 2} (default: %(default)s)",
    )
    parser.add_argument(
        "--sloppiness",
        type=number(0, MOST_SLOPPINESS),
        help=f"of the synthetic writers, up to {MOST_SLOPPINESS} (default: as fitted to people)",
    )
    parser.add_argument(
        "--seed", type=whole(0), default=1, help="of the synthetic writers (default: %(default)s)"
    )
    parser.set_defaults(run=show_beside_synthetic)


def _add_compare(commands: Commands) -> None:
    parser = commands.add_parser("compare", help="where two reference sets disagree")
    parser.add_argument("first", choices=REFERENCE_SETS, help="the first set")
    parser.add_argument("second", choices=REFERENCE_SETS, help="the second set")
    parser.add_argument(
        "-o", "--output", type=new_file(*PICTURE_FORMATS), help="a picture of examples to write"
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON of every character instead of a table"
    )
    parser.add_argument(
        "--list",
        default="joyo",
        help=f"the characters: {', '.join(KANJI_LISTS)} (default: %(default)s)",
    )
    parser.set_defaults(run=compare_sets)


def _add_export(commands: Commands) -> None:
    parser = commands.add_parser("export", help="write ink as JSONL, InkML or UNIPEN")
    parser.add_argument(
        "file", type=ink_source, metavar="FILE", help="a corpus, or ink of those formats"
    )
    add_output(parser, help_text="the file to write: .jsonl, .inkml or .unipen")
    parser.set_defaults(run=export_ink)


def _save_sheet(samples: Sequence[Sample], output: Path, *, columns: int) -> None:
    """Draws samples into a picture. Raises DataError for a suffix not in PICTURE_FORMATS."""
    from data.cache import replacing
    from data.inspection.sheet import sheet

    if fault := suffix_fault(output, PICTURE_FORMATS):
        raise DataError(fault)
    picture_format = PICTURE_FORMATS[output.suffix.lower()]
    with replacing(output) as partial:
        sheet(samples, columns=columns).save(partial, format=picture_format)
