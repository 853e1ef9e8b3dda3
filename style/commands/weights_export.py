"""`hitsujun weights export`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from data.arguments import existing, new_file
from style.backbones.registry import BACKBONES
from style.errors import ConfigError

PRECISIONS = ("float32", "float16", "int8")


def add_export(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the action."""
    parser = actions.add_parser(
        "export",
        help="write a backbone as an ONNX file, for a phone or a browser",
        description="Writes the features of a backbone's default layers, and its logits where it"
        " has them, as one ONNX file, whose input is a picture of any size. docs/phones.md has"
        " sizes, times and errors.",
    )
    parser.add_argument("name", metavar="NAME", choices=tuple(BACKBONES), help=", ".join(BACKBONES))
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".onnx"),
        required=True,
        metavar="FILE.onnx",
        help="to write",
    )
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="float32",
        help="float16: a file of half the size; int8: a quarter, computed in integers; it needs"
        " --photos (default: %(default)s)",
    )
    parser.add_argument(
        "--photos",
        type=existing,
        metavar="PATH",
        help="for int8: a photo, or a folder of photos, whose features give the scales of the maps",
    )
    parser.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    if args.photos and args.precision != "int8":
        raise ConfigError(
            f"--photos is for --precision int8, not {args.precision}: leave it out, or give int8"
        )
    if args.precision == "int8" and not args.photos:
        raise ConfigError(
            "--precision int8 needs --photos PATH, a photo or a folder of photos, whose features"
            " give the scales of the maps: give it too, or another precision"
        )

    from style.pictures.folders import pictures_in

    photos: list[Path] = []
    if args.photos:
        photos = pictures_in(args.photos) if args.photos.is_dir() else [args.photos]

    from style.backbones.backbone import Backbone
    from style.training.compact_onnx import export

    backbone = Backbone.load(args.name)
    outputs = export(backbone, args.output, precision=args.precision, photos=photos)
    print(f"wrote {args.output}: {', '.join(outputs)}", file=sys.stderr)
    return 0
