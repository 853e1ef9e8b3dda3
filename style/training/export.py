"""Writes a trained fast style network as ONNX, in half precision.

`python -m style.training.export CHECKPOINT -o FOLDER`

Two files, since the layers at full size need nothing of the rest of a picture and the others all of
it: `trunk.onnx` turns a picture into features at half its size, `outer.onnx` those into the painted
picture. `style/fast/network.py` runs the first on the whole picture, the second strip by strip.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from data.argument_parser import ArgumentParser
from data.arguments import existing_file, new_folder
from data.cache import replacing
from data.errors import DataError
from data.exit_status import exit_status
from data.overwriting import check_no_overwrite
from style.errors import WeightsMissing
from style.fast.network import FORMAT_VERSION, OUTER, TRUNK, WEIGHTS
from style.training.checkpoint import read_checkpoint
from style.training.onnx_graph import StyleGraph
from style.training.painting_module import MODEL
from style.training.style_network import ResidualBlock, StyleNetwork

CONFIGURATION = Path(__file__).parents[1] / "configs" / "fast_style.yaml"


def onnx_models(
    network: StyleNetwork, names: Sequence[str], *, configuration: str
) -> Mapping[str, onnx.ModelProto]:
    """The models by file name, with the metadata that `FastStyle.load` checks.

    `names`: of the styles in the order of the network; `configuration`: the hash of the training's
    configuration.
    """
    models = {TRUNK: _trunk(network), OUTER: _outer(network)}
    metadata = {
        "styles": json.dumps(list(names)),
        "format_version": str(FORMAT_VERSION),
        "configuration_hash": configuration,
    }
    for model in models.values():
        helper.set_model_props(model, metadata)
    return models


def write_models(
    network: StyleNetwork, names: Sequence[str], folder: Path, *, configuration: str
) -> list[Path]:
    """Writes the models of `onnx_models` into a folder and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, model in onnx_models(network, names, configuration=configuration).items():
        paths.append(folder / name)
        with replacing(paths[-1]) as temporary:
            temporary.write_bytes(model.SerializeToString())
    return paths


def load_checkpoint(path: Path) -> tuple[StyleNetwork, list[str]]:
    """The network of a checkpoint of `lightning fit`, and the names of its styles.

    Raises WeightsMissing where the file is none.
    """
    try:
        checkpoint = read_checkpoint(path, prefix=MODEL)
        names = list(checkpoint.settings["styles"])
        network = StyleNetwork(len(names))
        network.load_state_dict(checkpoint.tensors)
    except (OSError, DataError):
        raise
    except Exception as error:  # what torch.load raises for any other file
        raise WeightsMissing(
            f"{path} is no checkpoint of a fast style network; give one that `lightning fit` wrote"
            f" with {CONFIGURATION}"
        ) from error
    return network, names


def _trunk(network: StyleNetwork) -> onnx.ModelProto:
    graph = StyleGraph()
    grey = graph.constant(np.array(0.5, np.float32))
    centred = graph.node("Sub", ["picture", grey])
    at_half = graph.node("Relu", [graph.convolution(network.encode_half, centred)])
    at_quarter = graph.node("Relu", [graph.convolution(network.encode_quarter, at_half)])
    deep = graph.node("Relu", [graph.convolution(network.encode_eighth, at_quarter)])
    for block in network.deep.children():
        assert isinstance(block, ResidualBlock)
        deep = graph.residual(block, deep)
    merged = graph.node("Add", [at_quarter, graph.convolution(network.decode_quarter, deep)])
    merged = graph.residual(network.refine, graph.node("Relu", [merged]))
    merged = graph.node("Relu", [merged])
    features = graph.node("Relu", [graph.convolution(network.decode_half, merged)])
    channels = network.decode_half.convolution.out_channels
    return graph.model(features, source="picture", channels=(3, channels), name="features")


def _outer(network: StyleNetwork) -> onnx.ModelProto:
    graph = StyleGraph()
    full = graph.node("Relu", [graph.convolution(network.decode_full, "features")])
    painted = graph.node("Sigmoid", [graph.convolution(network.paint, full)])
    channels = network.decode_half.convolution.out_channels
    return graph.model(painted, source="features", channels=(channels, 3), name="painted")


def main(argv: list[str] | None = None) -> int:
    """Exports a checkpoint."""
    parser = ArgumentParser(prog="python -m style.training.export", description=__doc__)
    parser.add_argument(
        "checkpoint", type=existing_file, metavar="CHECKPOINT", help="of `lightning fit`"
    )
    parser.add_argument(
        "--config",
        type=existing_file,
        default=CONFIGURATION,
        help="its sha256 is stored as `configuration_hash` (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_folder,
        default=WEIGHTS,
        metavar="FOLDER",
        help="where the files go (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    written = [args.output / name for name in (TRUNK, OUTER)]
    check_no_overwrite({"--output": written}, {"CHECKPOINT": args.checkpoint})
    network, names = load_checkpoint(args.checkpoint)
    configuration = hashlib.sha256(args.config.read_bytes()).hexdigest()
    for path in write_models(network, names, args.output, configuration=configuration):
        data = path.read_bytes()
        print(f"{path}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(exit_status(main))
