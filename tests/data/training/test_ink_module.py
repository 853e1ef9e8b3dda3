from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.characters import MARKS, characters
from data.corpora.writer import write_corpus
from data.errors import DataError
from data.ink import Ink, Stroke
from data.ink.sequence import STEPS, sequence
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.training.batch_loader import LoaderSettings
from data.training.ink_module import InkDataModule, held_out
from data.training.mix import CharacterGroup, Mix

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


LOADER = LoaderSettings(size=8, batches=3)


def module(
    *,
    corpora: Sequence[Path] = (),
    held_out: int = 0,
    mix: Mix | None = None,
    loader: LoaderSettings = LOADER,
) -> InkDataModule:
    """A small module of kana, set up for training."""
    built = InkDataModule(
        candidates="kana", corpora=corpora, held_out=held_out, mix=mix or Mix(), loader=loader
    )
    built.setup("fit")
    return built


def corpus(path: Path, characters: Sequence[str], split: str = "train") -> Path:
    references = load_references("ja")
    inks = [Ink(tuple(Stroke(s.points) for s in references[c].strokes), char=c) for c in characters]
    write_corpus(path, inks, facts=FACTS, split=split)
    return path


def test_batches_are_sequences_and_labels_and_the_same_for_a_seed() -> None:
    first, again = (list(module(mix=Mix(buckets=2)).train_dataloader()) for _ in range(2))
    assert len(first) == 3
    for batch, same in zip(first, again, strict=True):
        assert batch.sequences.shape == (8, STEPS, 8)
        assert batch.labels.dtype == torch.int64
        torch.testing.assert_close(tuple(batch), tuple(same))


def test_some_inks_have_a_reference_and_some_are_no_character() -> None:
    for batch in module(mix=Mix(refused=0.25, pairs=3)).train_dataloader():
        assert batch.labels[6:].tolist() == [-1, -1] and (batch.labels[:6] >= 0).all()
        assert (batch.strokes[6:] == -1).all()
        assert batch.paired.tolist() == [0, 2, 4]
        assert batch.references.shape == (3, STEPS, 8)
        strokes = [
            len(load_references("ja")[characters("kana")[n]].strokes)
            for n in batch.labels[batch.paired].tolist()
        ]
        assert (batch.reference_strokes.amax(dim=1) + 1).tolist() == strokes
        assert (batch.strokes[batch.paired].amax(dim=1) < torch.tensor(strokes)).all()


def test_groups_get_their_share_and_none_of_what_those_before_have() -> None:
    groups = (CharacterGroup("marks", 0.25), CharacterGroup("marks+kana", 0.5))
    built = InkDataModule("marks+kana+joyo", mix=Mix(groups=groups), loader=LOADER)
    built.setup("fit")
    labels = torch.stack([batch.labels for batch in built.train_dataloader()]).numpy()
    kinds = np.digitize(labels, [len(MARKS), len(MARKS) + len(characters("kana"))])
    assert (np.sort(kinds, axis=1) == [0, 0, 1, 1, 1, 1, 2, 2]).all()
    again = InkDataModule("kana", mix=Mix(groups=[CharacterGroup("marks", 1)]), loader=LOADER)
    with pytest.raises(DataError, match="'marks' has no character of its own"):
        again.setup("fit")


def test_a_group_has_mistakes_of_its_own_except_in_validation() -> None:
    backwards = CharacterGroup("kana", 1, mistakes=Mistakes(0, 0, direction=1))
    turned = module(mix=Mix(groups=[backwards]), loader=replace(LOADER, size=64))
    drawn = module(loader=replace(LOADER, size=64))
    first = [next(iter(built.train_dataloader())).sequences for built in (turned, drawn)]
    assert not torch.equal(*first)
    first = [next(iter(built.val_dataloader())).sequences for built in (turned, drawn)]
    torch.testing.assert_close(*first)


def test_held_out_characters_are_never_drawn() -> None:
    hidden = held_out(characters("kana"), 140)
    labels = torch.cat([batch.labels for batch in module(held_out=140).train_dataloader()])
    drawn = {characters("kana")[n] for n in labels.tolist()}
    assert len(hidden) == 140 and not drawn & hidden and len(drawn) > 1


def test_every_batch_is_new_and_a_resumed_epoch_is_the_same() -> None:
    loader = module().train_dataloader()
    loader.sampler.set_epoch(1)  # type: ignore[attr-defined]
    second = [batch.sequences for batch in loader]
    resumed = module().train_dataloader()
    resumed.sampler.set_epoch(1)  # type: ignore[attr-defined]
    first = [batch.sequences for batch in module().train_dataloader()]
    every = torch.stack(first + second).flatten(1)
    assert len(torch.unique(every, dim=0)) == 6
    torch.testing.assert_close(
        torch.stack(second), torch.stack([batch.sequences for batch in resumed])
    )


def test_workers_make_the_same_batches_in_the_same_order() -> None:
    alone = [batch.sequences for batch in module().train_dataloader()]
    loader = module(loader=replace(LOADER, workers=2)).train_dataloader()
    shared = [batch.sequences for batch in loader]
    torch.testing.assert_close(torch.stack(alone), torch.stack(shared))


def test_an_epoch_has_every_ink_of_a_corpus_once_in_a_new_order(tmp_path: Path) -> None:
    kana = "あいうえおかきくけこさしすせそた"
    path = corpus(tmp_path / "ink.h5", kana)
    settings = LoaderSettings(size=8, batches=None)
    loader = module(corpora=[path], mix=Mix(corpus_share=1), loader=settings).train_dataloader()
    orders = []
    for epoch in range(2):
        loader.sampler.set_epoch(epoch)  # type: ignore[attr-defined]
        batches = list(loader)
        orders.append([int(label) for batch in batches for label in batch.labels])
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(set(orders[0]))
    assert len(orders[0]) == len(kana)
    assert orders[0] != orders[1]
    char = characters("kana")[batches[0].labels[0]]
    strokes = tuple(Stroke(s.points) for s in load_references("ja")[char].strokes)
    np.testing.assert_allclose(batches[0].sequences[0].numpy(), sequence(Ink(strokes)), atol=1e-4)


def test_a_mixture_has_the_given_fraction_of_the_corpora(tmp_path: Path) -> None:
    path = corpus(tmp_path / "ink.h5", "あ")
    for batch in module(corpora=[path], mix=Mix(corpus_share=0.75)).train_dataloader():
        assert batch.labels[:6].tolist() == [batch.labels[0]] * 6


def test_validation_uses_the_test_split_where_there_is_no_other(tmp_path: Path) -> None:
    paths = [corpus(tmp_path / "a.h5", "い"), corpus(tmp_path / "b.h5", "あ", "test")]
    built = module(corpora=paths, mix=Mix(corpus_share=1.0))
    (expected,) = list(built.test_dataloader())
    for batch in built.val_dataloader():
        labels = set(batch.labels.tolist())
        assert labels == set(expected.labels.tolist()) and len(labels) == 1


def test_testing_has_every_ink_once(tmp_path: Path) -> None:
    kana = "あいうえおかきくけこ"
    built = module(
        corpora=[corpus(tmp_path / "a.h5", "い"), corpus(tmp_path / "b.h5", kana, "test")]
    )
    labels = [batch.labels for batch in built.test_dataloader()]
    assert [len(some) for some in labels] == [8, 2]
    assert len(set(torch.cat(labels).tolist())) == 10


def test_corpora_without_any_of_the_characters_raise_an_error(tmp_path: Path) -> None:
    path = corpus(tmp_path / "ink.h5", "永")
    with pytest.raises(DataError, match="has no ink of 'kana'"):
        module(corpora=[path]).train_dataloader()


def test_settings_that_contradict_each_other_raise_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"loader\.batches is needed"):
        InkDataModule(loader=LoaderSettings(batches=None))
    with pytest.raises(DataError, match=r"loader\.validation_batches is needed"):
        InkDataModule(loader=LoaderSettings(validation_batches=None))
    with pytest.raises(DataError, match="held_out is for synthetic ink"):
        InkDataModule(corpora=[tmp_path / "ink.h5"], held_out=1)


def test_hyperparameters_are_plain_values_that_a_checkpoint_can_hold(tmp_path: Path) -> None:
    saved = dict(module(corpora=[corpus(tmp_path / "ink.h5", "あ")]).hparams)
    torch.save(saved, tmp_path / "hparams.pt")
    assert torch.load(tmp_path / "hparams.pt", weights_only=True) == saved
    assert saved["loader"]["size"] == 8 and saved["mix"]["corpus_share"] == 0.5
