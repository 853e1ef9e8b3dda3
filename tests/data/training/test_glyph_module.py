from pathlib import Path

import numpy as np
import pytest
import torch

from data.characters import characters
from data.errors import DataError
from data.formats import casia
from data.pictures.glyphs import write_glyphs
from data.training.batch_loader import LoaderSettings
from data.training.glyph_module import GlyphDataModule

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


def glyph(char: str) -> casia.Glyph:
    image = np.full((40, 20), 255, np.uint8)
    image[:, 8:12] = 0
    return casia.Glyph(image, char, "001")


def test_batches_mix_pictures_of_files_and_rendered_ink(tmp_path: Path) -> None:
    path = tmp_path / "g.h5"
    write_glyphs(path, [glyph(char) for char in "日月火一"], facts=FACTS)
    module = GlyphDataModule(
        "joyo", files=[path], file_share=0.5, loader=LoaderSettings(size=8, batches=2)
    )
    module.setup("fit")
    first, second = list(module.train_dataloader())
    again = list(module.train_dataloader())
    torch.testing.assert_close(first[0], again[0][0])
    images, labels = first
    assert images.shape == (8, 1, 64, 64)
    assert sorted(characters("joyo")[n] for n in labels[:4]) == sorted("日月火一")
    assert sorted(labels[:4].tolist()) == sorted(second[1][:4].tolist())
    assert images.amax(dim=(1, 2, 3)).min() > 0.5
    (validation, _), *_ = list(module.val_dataloader())
    assert validation.shape == images.shape
    other = GlyphDataModule(files=[path], size_px=32)
    with pytest.raises(DataError, match=r"64.* px, not 32"):
        other.setup("fit")


def test_impossible_settings_raise_an_error() -> None:
    with pytest.raises(DataError, match="file_share is 2; allowed: 0 to 1"):
        GlyphDataModule(file_share=2)
    with pytest.raises(DataError, match=r"loader\.batches is needed"):
        GlyphDataModule(loader=LoaderSettings(batches=None))
