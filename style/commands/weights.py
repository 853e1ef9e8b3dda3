"""`hitsujun weights list`, `fetch` and `import`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from style.backbones.registry import BACKBONES, facts_of


def add_weights(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command with its actions."""
    weights = commands.add_parser("weights", help="weights of the backbones")
    actions = weights.add_subparsers(required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="which there are, where from, and which are here")
    listed.set_defaults(run=_list)
    fetched = actions.add_parser("fetch", help="fetch weights into the cache, once")
    fetched.add_argument("names", nargs="+", metavar="NAME", help=", ".join(BACKBONES))
    fetched.add_argument(
        "--again", action="store_true", help="also where they are in the cache or imported"
    )
    fetched.set_defaults(run=_fetch)
    imported = actions.add_parser("import", help="use weights of one's own for a backbone")
    imported.add_argument(
        "file", type=Path, metavar="FILE", help=".safetensors, .pth, .pt, .caffemodel or .net"
    )
    imported.add_argument("--backbone", required=True, metavar="NAME", help=", ".join(BACKBONES))
    imported.set_defaults(run=_import)


def _list(_args: argparse.Namespace) -> int:
    from style.backbones.weights.store import cached_path, imported_path

    for facts in BACKBONES.values():
        place = "in the cache" if cached_path(facts) else " or ".join(map(str, facts.sources))
        place = "imported" if imported_path(facts).exists() else place
        print(f"{facts.name:18} {place}; {facts.about}; {facts.licence}")
    return 0


def _fetch(args: argparse.Namespace) -> int:
    every = [facts_of(name) for name in args.names]

    from style.backbones.weights.store import fetch_weights

    for facts in every:
        print(f"{facts.name}: {fetch_weights(facts, again=args.again)}", file=sys.stderr)
    return 0


def _import(args: argparse.Namespace) -> int:
    facts = facts_of(args.backbone)

    from style.backbones.weights.importing import import_weights

    print(f"{facts.name}: {import_weights(args.file, facts)}", file=sys.stderr)
    return 0
