"""`hitsujun weights list`, `fetch`, `import` and `export`."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from data.arguments import Checked, existing, parse_name
from style.backbones.registry import BACKBONES, Facts, facts_of
from style.backbones.sources import URL_SCHEMES
from style.backbones.weights.file_kinds import check_weights_file
from style.commands.weights_export import add_export
from style.errors import WeightsMissing


def add_weights(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command and its actions."""
    weights = commands.add_parser("weights", help="the backbones' weights")
    actions = weights.add_subparsers(required=True, metavar="ACTION")
    list_ = actions.add_parser(
        "list", help="list the backbones: source of the weights, or whether they are here"
    )
    list_.set_defaults(run=_list)
    fetch = actions.add_parser("fetch", help="download weights into the cache")
    fetch.add_argument("names", nargs="+", metavar="NAME", help=", ".join(BACKBONES))
    fetch.add_argument(
        "--again", action="store_true", help="download even where they are in the cache or imported"
    )
    fetch.set_defaults(run=_fetch)
    import_ = actions.add_parser("import", help="use your own weights for a backbone")
    import_.add_argument(
        "source",
        type=Checked(parse_name, _check_source),
        metavar="SOURCE",
        help="a file (.safetensors, .pth, .pt, .caffemodel or .net), a folder that `hitsujun"
        " publish` wrote, or the URL of a file",
    )
    import_.add_argument(
        "--backbone",
        metavar="NAME",
        help=f"default: what the file says that it is for; {', '.join(BACKBONES)}",
    )
    import_.add_argument(
        "--sha256",
        type=Checked(str, _check_sha256),
        metavar="HEX",
        help="of the file; a URL needs it",
    )
    import_.set_defaults(run=_import)
    add_export(actions)


def _list(_args: argparse.Namespace) -> int:
    from style.backbones.weights.store import cached_path, imported_path

    for facts in BACKBONES.values():
        origin = "in the cache" if cached_path(facts) else " or ".join(map(str, facts.sources))
        origin = "imported" if imported_path(facts).exists() else origin
        print(f"{facts.name:18} {origin}; {facts.about}; {facts.licence}")
    return 0


def _fetch(args: argparse.Namespace) -> int:
    backbones = [facts_of(name) for name in args.names]

    from style.backbones.weights.store import fetch_weights

    for facts in backbones:
        print(f"{facts.name}: {fetch_weights(facts, again=args.again)}", file=sys.stderr)
    return 0


def _import(args: argparse.Namespace) -> int:
    chosen = facts_of(args.backbone) if args.backbone else None
    if Path(args.source).is_file():  # found wrong before torch is imported, which takes seconds
        check_weights_file(Path(args.source))

    from style.backbones.weights.importing import import_weights
    from style.backbones.weights.published import located, stated_backbone

    with tempfile.TemporaryDirectory() as folder:
        path = located(args.source, Path(folder), sha256=args.sha256)
        facts = chosen or _stated_facts(stated_backbone(path), path)
        print(f"{facts.name}: {import_weights(path, facts)}", file=sys.stderr)
    return 0


def _stated_facts(backbone: str | None, path: Path) -> Facts:
    if backbone is None:
        raise WeightsMissing(f"{path} does not say which backbone it is for: give --backbone NAME")
    return facts_of(backbone)


def _check_sha256(text: str, name: str) -> None:
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise WeightsMissing(f"{name} is {text!r}; a sha256 has 64 digits, 0 to 9 and a to f")


def _check_source(source: str, name: str) -> None:
    """Raises OSError for a path that does not exist, WeightsMissing for a URL of another scheme."""
    if re.match(r"[A-Za-z][\w+.-]*://", source) and not source.startswith(URL_SCHEMES):
        raise WeightsMissing(
            f"{name} is {source}; a URL begins with {' or '.join(URL_SCHEMES)}, and a file is"
            " named by its path"
        )
    if not source.startswith(URL_SCHEMES):
        existing.check(Path(source), name)
