"""Training of a fast style network, on random weights of AlexNet."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from kanji.lightning_command import main
from style.training.fast_style_module import FastStyleModule
from tests.style.training.tiny_photos import painting_options, photos

STYLES = {"asanoha": "drawn", "seigaiha": "drawn", "sumi": "drawn"}


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.slow
def test_the_shipped_configuration_trains_validates_and_resumes(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    runs = tmp_path / "runs"
    options = [
        *painting_options("fast_style.yaml", photos(tmp_path / "photos"), runs),
        f"--model.init_args.styles={STYLES}",
        "--data.init_args.crops.size_px=64",
        "--data.init_args.loader.size=3",
    ]
    main(["fit", *options, "--trainer.max_steps=2"])
    with Image.open(runs / "sheets" / "000002.jpg") as sheet:
        assert sheet.size == (64 * 4, 64)
    last = runs / "last.ckpt"
    main(["fit", *options, "--trainer.max_steps=3", f"--ckpt_path={last}"])
    assert torch.load(last, weights_only=True)["global_step"] == 3


def test_every_style_comes_once_before_any_comes_again() -> None:
    module = FastStyleModule({name: "drawn" for name in "abcdef"})
    for turn in range(4):
        steps = [module.styles_of_step(3 * turn + part, 2) for part in range(3)]
        assert sorted(torch.cat(steps).tolist()) == list(range(6))
