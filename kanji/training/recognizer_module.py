"""Training of the recognizer: `lightning fit --config kanji/configs/recognizer.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch.nn import functional

from data.characters import characters
from data.training.ink_batches import InkBatch
from kanji.recognizer.network_output import NetworkOutput
from kanji.training import starting_weights
from kanji.training.classes import check_classes
from kanji.training.ink_lstm import InkLSTM
from kanji.training.one_cycle import OneCycle
from kanji.training.stroke_loss import stroke_accuracy, stroke_loss, stroke_scores

NOT_A_CHARACTER = -1  # the label of ink that is no character

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class TrainingSettings(OneCycle):
    """The optimizer's settings, as of `OneCycle`, and the weights of the losses.

    `label_smoothing` is of the loss for characters; `known_weight` and `stroke_weight` multiply the
    loss for whether the ink is a character and that for strokes.
    """

    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup: float = 0.05
    label_smoothing: float = 0.02
    known_weight: float = 0.5
    stroke_weight: float = 0.3


class RecognizerModule(L.LightningModule):
    """Trains an `InkLSTM` on the sum of three losses.

    - Which character the ink is: cross entropy with label smoothing.
    - Whether it is a character at all: binary cross entropy, in batches that have ink that is none.
    - Which stroke each sample lies on: cross entropy over samples, in batches that have pairs of
      ink and reference.

    `candidates`: the list of characters that are the classes; `width`, `bottleneck` and `rank`: as
    of `InkLSTM`; `start_from`: the checkpoint or ONNX file of an earlier training whose weights are
    trained further. A checkpoint also has the `labels` of the classes and, of `lightning fit`, the
    hash of its configuration. `settings` are the fields of `TrainingSettings`: by keyword, so that
    configurations and checkpoints keep them flat. Raises RecognizerMissing if `start_from` does not
    exist.
    """

    def __init__(
        self,
        candidates: str = "all",
        *,
        width: int = 192,
        bottleneck: int = 256,
        rank: int | None = None,
        start_from: Path | None = None,
        **settings: float,
    ) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["start_from"])
        self.settings = TrainingSettings(**settings)
        self.labels = characters(candidates)
        self.configuration_hash: str | None = None
        self.model = InkLSTM(len(self.labels), width=width, bottleneck=bottleneck, rank=rank)
        if start_from is not None:
            starting_weights.start_from(self.model, self.labels, start_from)

    def setup(self, stage: str) -> None:
        """Raises ClassesDiffer where the data has other characters."""
        check_classes(self.labels, self.trainer)

    def training_step(self, batch: InkBatch, _index: int) -> torch.Tensor:
        losses, metrics, _ = self._losses(batch, smoothing=self.settings.label_smoothing)
        loss = torch.stack(list(losses.values())).sum()
        self.log("loss", loss, prog_bar=True)
        self.log_dict(losses | metrics, prog_bar=True)
        return loss

    def validation_step(self, batch: InkBatch, _index: int) -> torch.Tensor:
        """Returns the label that each ink is read as, (B,) int64, for callbacks."""
        losses, metrics, predicted = self._losses(batch)
        size = len(batch.labels)
        named = {f"val_{name}": value for name, value in metrics.items()}
        named["val_loss"] = torch.stack(list(losses.values())).sum()
        # Each process has validated other batches.
        self.log_dict(named, prog_bar=True, batch_size=size, sync_dist=True)
        return predicted

    def test_step(self, batch: InkBatch, _index: int) -> None:
        is_character = batch.labels != NOT_A_CHARACTER
        labels = batch.labels[is_character]
        logits = self.model(batch.sequences[is_character]).logits.float()
        best = logits.topk(10, dim=1).indices == labels[:, None]
        metrics = {
            "test_top1": best[:, 0].float().mean(),
            "test_top10": best.any(dim=1).float().mean(),
        }
        self.log_dict(metrics, batch_size=len(labels), sync_dist=True)

    def _losses(
        self, batch: InkBatch, *, smoothing: float = 0.0
    ) -> tuple[Tensors, Tensors, torch.Tensor]:
        """The weighted losses by name, the metrics by name, and the label each ink is read as."""
        inks = len(batch.labels)
        output: NetworkOutput[torch.Tensor] = self.model(
            torch.cat([batch.sequences, batch.references])
        )
        labels = torch.cat([batch.labels, batch.labels[batch.paired]])
        logits, known = output.logits.float(), output.known.float()
        is_character = batch.labels != NOT_A_CHARACTER
        predicted = logits[:inks].argmax(dim=1)
        losses = {
            "character_loss": functional.cross_entropy(
                logits, labels, ignore_index=NOT_A_CHARACTER, label_smoothing=smoothing
            ),
            # A head without targets in this batch still takes part, with a loss of 0: DDP requires
            # that every parameter has a gradient.
            "known_loss": 0 * known.sum(),
            "stroke_loss": 0 * output.samples.sum(),
        }
        metrics = {"accuracy": _fraction(predicted == batch.labels, is_character)}
        if not is_character.all():
            losses["known_loss"] = self.settings.known_weight * _known_loss(known, labels)
            metrics["refused"] = _fraction(known[:inks] < 0, ~is_character)
        if len(batch.paired):
            loss, metrics["strokes"] = _stroke_loss(output.samples.float(), batch)
            losses["stroke_loss"] = self.settings.stroke_weight * loss
        return losses, metrics, predicted

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["labels"] = "".join(self.labels)
        checkpoint["configuration_hash"] = self.configuration_hash

    def on_fit_start(self) -> None:
        self._seed = torch.initial_seed()

    def on_train_batch_start(self, batch: InkBatch, batch_idx: int) -> None:
        """Seeds the dropout for each step, so that a resumed run drops the same units."""
        torch.manual_seed(self._seed + self.global_step)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return self.settings.optimizers(self)


def _known_loss(known: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    is_character = (labels != NOT_A_CHARACTER).float()
    return functional.binary_cross_entropy_with_logits(known, is_character)


def _stroke_loss(samples: torch.Tensor, batch: InkBatch) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss and the accuracy of strokes; `samples`: of all inks, then of the references."""
    inks, references = samples[batch.paired], samples[len(batch.labels) :]
    scores = stroke_scores(inks, references, batch.reference_strokes)
    strokes = batch.strokes[batch.paired]
    return stroke_loss(scores, strokes), stroke_accuracy(scores, strokes)


def _fraction(is_right: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    """The fraction of the rows in the mask `among` for which `is_right` holds."""
    return is_right[among].float().mean()
