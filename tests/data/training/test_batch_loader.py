from pathlib import Path

import lightning as L
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch.utils.data import DataLoader, Dataset

from data.errors import DataError
from data.training.batch_loader import BatchDataModule, BatchIndex, BatchSampler, LoaderSettings


def test_processes_divide_the_batches_and_make_none_twice() -> None:
    first, second = (list(BatchSampler(7, world=2, rank=rank)) for rank in range(2))
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)


def test_validation_batches_are_the_same_in_every_epoch() -> None:
    training, validation = (BatchSampler(2, is_training=value) for value in (True, False))
    for sampler in (training, validation):
        sampler.set_epoch(3)
    assert list(training) == [(3, 0), (3, 1)]
    assert list(validation) == [(0, 0), (0, 1)]


def test_a_batch_without_samples_raises_an_error() -> None:
    with pytest.raises(DataError, match=r"loader\.size is 0; allowed: 1 or more"):
        LoaderSettings(size=0)


class SeenBatches(L.LightningModule):
    """Notes the batches of a training, which is killed before step `last`."""

    def __init__(self, last: int = 99) -> None:
        super().__init__()
        self.weight, self.last = torch.nn.Parameter(torch.zeros(())), last
        self.seen: list[tuple[int, int]] = []

    def training_step(self, batch: torch.Tensor, _: int) -> torch.Tensor:
        if self.global_step == self.last:
            raise InterruptedError
        self.seen.append((int(batch[0]), int(batch[1])))
        return (batch.sum() - self.weight) ** 2

    def configure_optimizers(self) -> torch.optim.Optimizer:
        assert self.trainer.estimated_stepping_batches == 9  # it loads the data before a resumption
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Numbers(Dataset[torch.Tensor]):
    def __getitem__(self, index: BatchIndex) -> torch.Tensor:
        return torch.tensor(index, dtype=torch.float32)


class NumbersModule(BatchDataModule):
    def train_dataloader(self) -> DataLoader[torch.Tensor]:
        return self.batch_loader(Numbers(), 3, is_training=True)


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("killed", [2, 3, 4])
def test_a_resumed_training_sees_the_batches_that_are_left(
    killed: int, workers: int, tmp_path: Path
) -> None:
    def trained(model: SeenBatches, checkpoint: Path | None = None) -> SeenBatches:
        saved = ModelCheckpoint(tmp_path, filename="last", every_n_train_steps=1)
        trainer = L.Trainer(
            max_epochs=3, accelerator="cpu", callbacks=[saved], logger=False,
            enable_progress_bar=False, enable_model_summary=False, use_distributed_sampler=False,
        )  # fmt: skip
        trainer.fit(model, NumbersModule(LoaderSettings(workers=workers)), ckpt_path=checkpoint)
        return model

    first = SeenBatches(killed)
    with pytest.raises(InterruptedError):
        trained(first)
    second = trained(SeenBatches(), tmp_path / "last.ckpt")
    everything = [(epoch, number) for epoch in range(3) for number in range(3)]
    assert first.seen == everything[:killed]
    assert second.seen == everything[killed:]
