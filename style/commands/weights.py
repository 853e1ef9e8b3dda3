"""`hitsujun weights list`, `fetch` and `import`."""

from __future__ import annotations

import argparse
import sys

from data.arguments import existing_file
from style.backbones.registry import BACKBONES, facts_of


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
        "file",
        type=existing_file,
        metavar="FILE",
        help="file: .safetensors, .pth, .pt, .caffemodel or .net",
    )
    import_.add_argument("--backbone", required=True, metavar="NAME", help=", ".join(BACKBONES))
    import_.set_defaults(run=_import)


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
    facts = facts_of(args.backbone)

    from style.backbones.weights.importing import import_weights

    print(f"{facts.name}: {import_weights(args.file, facts)}", file=sys.stderr)
    return 0
