"""A training on photos in LitData's form is that on their HDF5 file, and is resumed bit-equal."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("litdata", reason="LitData is an extra: pip install 'hitsujun[stream]'")

from data.pictures.photo_store import write_store
from data.pictures.photos import PhotoFolder, write_photos
from kanji.lightning_command import main
from tests.style.training.tiny_photos import killed_at, options, photo_folder

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}
CLASSES = ["--model.init_args.classes=2", "--data.init_args.classes=2"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.parametrize("workers", [0, 2])
def test_a_training_on_a_store_is_resumed_to_the_weights_of_the_file(
    workers: int, tmp_path: Path
) -> None:
    folder = PhotoFolder(photo_folder(tmp_path / "photos"))
    write_photos(tmp_path / "p.h5", folder, size_px=40, facts=FACTS)
    write_store(tmp_path / "p.litdata", folder, size_px=40, facts=FACTS)

    def trained(photos: str, *more: str) -> dict[str, torch.Tensor]:
        runs = tmp_path / f"runs-{photos}"
        arguments = options("squeezenet_tiny.yaml", tmp_path / photos, runs)
        main(["fit", *arguments, *CLASSES, f"--data.init_args.loader.workers={workers}", *more])
        return torch.load(runs / "last.ckpt", weights_only=True)["state_dict"]  # type: ignore[no-any-return]

    whole = trained("p.h5")
    with pytest.raises(InterruptedError):
        trained("p.litdata", *killed_at(3))
    resumed = trained("p.litdata", f"--ckpt_path={tmp_path / 'runs-p.litdata' / 'last.ckpt'}")
    assert resumed.keys() == whole.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(resumed[name], tensor, rtol=0, atol=0, msg=name)
