"""What the checkpoints of a recognizer's training say: its weights, characters and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.characters import characters
from data.torch_archive import check_unpacked_size
from kanji.errors import RecognizerMissing
from kanji.training.ink_lstm import InkLSTM

Array = npt.NDArray[np.float32]

HEAD = "model.lstm.weight_hh_l0"  # a weight that only a recognizer of ink has
NO_HASH = ""  # of a checkpoint that says no configuration


@dataclass(frozen=True, eq=False)
class TrainedRecognizer:
    """`weights`: the state dict of an `InkLSTM`, and `labels`, the character of each logit.

    `references`: the sets that its synthetic ink was drawn from. `configuration_hash`: the sha256
    of the training's configuration, "" where the checkpoint has none.
    """

    weights: dict[str, Array]
    labels: tuple[str, ...]
    references: tuple[str, ...] = ("ja",)
    configuration_hash: str = NO_HASH

    @classmethod
    def mean(cls, checkpoints: Sequence[Path]) -> TrainedRecognizer:
        """The mean of the weights of checkpoints; the rest is as the last of them says.

        Raises RecognizerMissing for a file that is no checkpoint of a `RecognizerModule`, and for
        checkpoints of different networks.
        """
        loaded = [_loaded(path) for path in checkpoints]
        last = loaded[-1]
        for path, one in zip(checkpoints, loaded, strict=True):
            if _labels(one) != _labels(last) or _shapes(one) != _shapes(last):
                raise RecognizerMissing(
                    f"{path} and {checkpoints[-1]} are of different networks, or have different"
                    " characters: give checkpoints of one network"
                )
        weights = {
            name.removeprefix("model."): np.asarray(
                np.mean([one["state_dict"][name].float().numpy() for one in loaded], axis=0)
            )
            for name in last["state_dict"]
        }
        data = last.get("datamodule_hyper_parameters", {})
        return cls(
            weights,
            _labels(last),
            tuple(data.get("references", ("ja",))),
            last.get("configuration_hash") or NO_HASH,
        )

    def network(self) -> InkLSTM:
        """The network with these weights, for inference."""
        import torch

        narrow = self.weights.get("narrow.weight")
        network = InkLSTM(
            len(self.labels),
            width=self.weights["lstm.weight_hh_l0"].shape[1],
            bottleneck=len(self.weights["squeeze.bias"]),
            rank=None if narrow is None else len(narrow),
        ).eval()
        weights = {name: torch.from_numpy(value) for name, value in self.weights.items()}
        network.load_state_dict(weights)
        return network


def _loaded(path: Path) -> Mapping[str, Any]:
    """A checkpoint of a `RecognizerModule`, on the CPU."""
    import torch

    if not path.is_file():
        raise RecognizerMissing(f"there is no checkpoint {path}: train it first")
    check_unpacked_size(path)
    try:
        loaded: Mapping[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        weights = loaded["state_dict"]
    except OSError:
        raise
    except Exception as error:  # what torch.load raises for any other file
        raise RecognizerMissing(f"{path} is no checkpoint of `lightning fit`") from error
    if HEAD not in weights:
        raise RecognizerMissing(
            f"{path} is not the checkpoint of a RecognizerModule, which reads ink; a network for"
            " pictures cannot be exported"
        )
    return loaded


def _labels(checkpoint: Mapping[str, Any]) -> tuple[str, ...]:
    """The characters of a checkpoint; older ones only name their list."""
    if "labels" in checkpoint:
        return tuple(checkpoint["labels"])
    return characters(checkpoint["hyper_parameters"]["candidates"])


def _shapes(checkpoint: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in checkpoint["state_dict"].items()}
