"""Training of a network for any style, on random weights of AlexNet."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from data.errors import DataError
from data.training.batch_loader import LoaderSettings
from data.training.photo_transforms import PhotoCrops
from data.training.styled_photo_module import StyledPhotoDataModule
from kanji.lightning_command import main
from style.training.any_style_module import AnyStyleModule
from tests.style.training.tiny_photos import LAYERS, killed_at, painting_options, photos

COLOURS = ((200, 60, 30), (30, 80, 180), (220, 210, 120), (20, 20, 20), (90, 160, 70))


def styles(folder: Path) -> Path:
    """A folder of stripes in several colours."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(1)
    for number, colour in enumerate(COLOURS):
        image = Image.fromarray(generator.integers(0, 90, (72, 72, 3), np.uint8))
        for row in range(0, 72, 4 + number):
            image.paste(colour, (0, row, 72, row + 2 + number // 2))
        image.save(folder / f"{number}.png")
    return folder


def options(folder: Path, runs: Path) -> list[str]:
    """Of the shipped configuration, without the network that it begins with."""
    return [
        *painting_options("any_style.yaml", photos(folder / "photos", count=7), runs),
        "--model.init_args.start_from=null",
        f"--data.init_args.styles={styles(folder / 'styles')}",
        "--data.init_args.crops.size_px=48",
        "--data.init_args.style_crops.size_px=64",
        "--data.init_args.loader.size=2",
        "--trainer.max_steps=5",
    ]


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.slow
def test_a_killed_training_resumes_with_the_same_weights(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    main(["fit", *options(tmp_path, tmp_path / "whole")])
    with pytest.raises(InterruptedError):
        main(["fit", *options(tmp_path, tmp_path / "killed"), *killed_at(4)])
    last = tmp_path / "killed" / "last.ckpt"
    main(["fit", *options(tmp_path, tmp_path / "killed"), f"--ckpt_path={last}"])
    whole, resumed = (
        torch.load(tmp_path / run / "last.ckpt", weights_only=True) for run in ("whole", "killed")
    )
    assert resumed["global_step"] == 5
    for name, tensor in whole["state_dict"].items():
        assert torch.equal(tensor, resumed["state_dict"][name]), name
    with Image.open(tmp_path / "whole" / "sheets" / "000002.jpg") as sheet:
        assert sheet.size == (48 * 2, 48 * 2)  # one photo for validation: its style above


def test_a_few_steps_bring_photos_nearer_to_their_styles(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    data = StyledPhotoDataModule(
        str(photos(tmp_path / "photos")),
        str(styles(tmp_path / "styles")),
        PhotoCrops(size_px=48),
        PhotoCrops(size_px=64),
        LoaderSettings(size=3, batches=None, validation_batches=None),
    )
    data.setup("fit")
    torch.manual_seed(1)
    module = AnyStyleModule(**LAYERS)
    images, pictures = next(iter(data.train_dataloader()))
    targets = module.targets(pictures)
    optimizer = torch.optim.Adam(module.model.parameters(), lr=5e-3)
    found = []
    for _ in range(40):
        losses = module.loss(module.painted(images, pictures), images, targets)
        found.append((losses.style / module.untouched(pictures, losses)).mean().item())
        optimizer.zero_grad()
        (losses.style / losses.untouched).mean().backward()
        optimizer.step()
    assert found[-1] < 0.5 * found[0]
    weights = module.model.get_submodule("encoder").get_submodule("size").weight
    assert isinstance(weights, torch.nn.Parameter)
    assert weights.grad is not None
    assert weights.grad.abs().sum() > 0


def test_an_empty_folder_of_styles_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    data = StyledPhotoDataModule(str(photos(tmp_path / "photos")), str(empty))
    with pytest.raises(DataError, match="empty has no photos"):
        data.setup("fit")


def test_a_damaged_style_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "styles"
    folder.mkdir()
    (folder / "broken.png").write_bytes(b"no picture")
    data = StyledPhotoDataModule(str(photos(tmp_path / "photos")), str(folder))
    data.setup("fit")
    with pytest.raises(DataError, match=r"broken\.png"):
        next(iter(data.train_dataloader()))
