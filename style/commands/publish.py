"""`hitsujun publish`."""

from __future__ import annotations

import argparse

from data.arguments import existing_file, new_folder

LICENCE = "That of whoever trained it; the terms of the data apply as well."
DATA = "The photos named below; see their own terms."


def add_publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "publish", help="write a trained backbone as safetensors and ONNX, with a model card"
    )
    parser.add_argument(
        "checkpoint",
        type=existing_file,
        metavar="CHECKPOINT",
        help="of lightning fit with style/configs/squeezenet_imagenet.yaml or a like one",
    )
    parser.add_argument(
        "-o", "--output", type=new_folder, required=True, metavar="DIR", help="folder to write"
    )
    parser.add_argument(
        "--licence", default=LICENCE, metavar="TEXT", help="for the card (default: %(default)s)"
    )
    parser.add_argument(
        "--data", default=DATA, metavar="TEXT", help="for the card (default: %(default)s)"
    )
    parser.set_defaults(run=_publish)


def _publish(args: argparse.Namespace) -> int:
    from style.training.publish import publish

    for path in publish(args.checkpoint, args.output, licence=args.licence, data=args.data):
        print(path)
    return 0
