"""Training of the recognizer, through `lightning fit --config kanji/configs/recognizer.yaml`."""

from __future__ import annotations

from pathlib import Path

import lightning as L
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch.nn import functional

from data.characters import characters
from data.training.ink_batches import InkBatch
from kanji.errors import RecognizerMissing
from kanji.training.ink_lstm import InkLSTM
from kanji.training.one_cycle import one_cycle
from kanji.training.stroke_loss import stroke_accuracy, stroke_loss, stroke_scores

NONE = -1  # the label of what is no character


class RecognizerModule(L.LightningModule):
    """AdamW, a warm-up and a cosine decay over the sum of three losses.

    Which character: cross entropy with a little label smoothing; whether it is one, where the data
    has what is not, `known_weight` times binary cross entropy; which stroke is which, where the
    data has pairs of ink and reference, `stroke_weight` times the cross entropy of each sample.
    `start_from` is the checkpoint of an earlier training, whose weights are trained further.
    """

    def __init__(
        self,
        candidates: str = "all",
        width: int = 192,
        bottleneck: int = 256,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.01,
        warmup: float = 0.05,
        label_smoothing: float = 0.02,
        known_weight: float = 0.5,
        stroke_weight: float = 0.3,
        start_from: Path | None = None,
    ) -> None:
        super().__init__()
        self.save_hyperparameters(ignore=["start_from"])
        self.learning_rate, self.weight_decay, self.warmup = learning_rate, weight_decay, warmup
        self.label_smoothing = label_smoothing
        self.known_weight, self.stroke_weight = known_weight, stroke_weight
        self.model = InkLSTM(len(characters(candidates)), width=width, bottleneck=bottleneck)
        if start_from is not None:
            self.load_state_dict(_trained(start_from))

    def training_step(self, batch: InkBatch, _index: int) -> torch.Tensor:
        losses, facts, _ = self._losses(batch, smoothing=self.label_smoothing)
        loss = torch.stack(list(losses.values())).sum()
        self.log("loss", loss, prog_bar=True)
        self.log_dict(losses | facts, prog_bar=True)
        return loss

    def validation_step(self, batch: InkBatch, _index: int) -> torch.Tensor:
        """Returns which label each ink (B,) was read as, for callbacks."""
        losses, facts, read = self._losses(batch)
        size = len(batch.labels)
        self.log("val_loss", torch.stack(list(losses.values())).sum(), batch_size=size)
        named = {f"val_{name}": value for name, value in facts.items()}
        self.log_dict(named, prog_bar=True, batch_size=size)
        return read

    def test_step(self, batch: InkBatch, _index: int) -> None:
        drawn = batch.labels != NONE
        logits, labels = self.model(batch.sequences[drawn]).logits.float(), batch.labels[drawn]
        best = logits.topk(10, dim=1).indices == labels[:, None]
        self.log("test_top1", best[:, 0].float().mean(), batch_size=len(labels))
        self.log("test_top10", best.any(dim=1).float().mean(), batch_size=len(labels))

    def _losses(
        self, batch: InkBatch, *, smoothing: float = 0.0
    ) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], torch.Tensor]:
        """The three losses by name, weighted, what share is right, and what each ink is read as."""
        inks, pairs = len(batch.labels), len(batch.paired)
        reading = self.model(torch.cat([batch.sequences, batch.references]))
        labels = torch.cat([batch.labels, batch.labels[batch.paired]])
        logits, known = reading.logits.float(), reading.known.float()
        drawn = labels[:inks] != NONE
        losses = {
            "character_loss": functional.cross_entropy(
                logits, labels, ignore_index=NONE, label_smoothing=smoothing
            )
        }
        read = logits[:inks].argmax(dim=1)
        facts = {"accuracy": _share(read == labels[:inks], drawn)}
        # Heads without anything to learn from take part with nothing: DDP wants every one used.
        losses["known_loss"], losses["stroke_loss"] = 0 * known.sum(), 0 * reading.samples.sum()
        if not drawn.all():
            wanted = (labels != NONE).float()
            loss = functional.binary_cross_entropy_with_logits(known, wanted)
            losses["known_loss"] = self.known_weight * loss
            facts["refused"] = _share(known[:inks] < 0, ~drawn)
        if pairs:
            samples = reading.samples.float()
            scores = stroke_scores(samples[batch.paired], samples[inks:], batch.reference_strokes)
            strokes = batch.strokes[batch.paired]
            losses["stroke_loss"] = self.stroke_weight * stroke_loss(scores, strokes)
            facts["strokes"] = stroke_accuracy(scores, strokes)
        return losses, facts, read

    def on_fit_start(self) -> None:
        self._seed = torch.initial_seed()

    def on_train_batch_start(self, batch: InkBatch, batch_idx: int) -> None:
        """Seeds the dropout, so that a run that goes on drops what it would have dropped."""
        torch.manual_seed(self._seed + self.global_step)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        return one_cycle(
            self,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            warmup=self.warmup,
        )


def _trained(checkpoint: Path) -> dict[str, torch.Tensor]:
    if not checkpoint.is_file():
        raise RecognizerMissing(
            f"there is no checkpoint {checkpoint} to start from: run the training that makes it"
        )
    weights: dict[str, torch.Tensor] = torch.load(
        checkpoint, map_location="cpu", weights_only=True
    )["state_dict"]
    return weights


def _share(right: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    return right[among].float().mean()
