"""What is taken from a folder: files, and nothing that a reader would wait for."""

import os
from pathlib import Path

import pytest
from PIL import Image

from data.errors import CorpusError, DataError
from data.folders import files_below
from data.formats import casia
from data.pictures.photos import PhotoFolder
from data.references.makemeahanzi import read_references
from style.backbones.weights.published import located
from style.errors import WeightsMissing


def test_files_are_found_below_and_pipes_and_folders_are_not(tmp_path: Path) -> None:
    (tmp_path / "a" / "folder.pot").mkdir(parents=True)
    os.mkfifo(tmp_path / "a" / "pipe.pot")
    for name in ("b.POT", "a/c.pot", "d.txt"):
        (tmp_path / name).touch()
    found = files_below(tmp_path, (".pot",))
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a/c.pot", "b.POT"]


def test_no_reader_of_a_folder_waits_for_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "val").mkdir()
    for name in ("1.pot", "1.jpg", "一.json", "w.safetensors", "val/val_annotations.txt"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(CorpusError, match=r"has no \.pot files"):
        casia.sources(tmp_path, (".pot",))
    with pytest.raises(CorpusError, match="has no photos"):
        PhotoFolder(tmp_path)
    with pytest.raises(DataError):
        list(read_references(tmp_path))
    with pytest.raises(WeightsMissing, match="here are none"):
        located(str(tmp_path), tmp_path)
    Image.new("RGB", (20, 20)).save(tmp_path / "val" / "a.png")
    assert len(PhotoFolder(tmp_path).paths) == 1
