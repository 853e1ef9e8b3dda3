"""Training of a fast style network, on random weights of AlexNet."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from kanji.lightning_command import main
from style.errors import WeightsMissing
from style.fast.network import WEIGHTS, FastStyle
from style.training.exported_network import exported_network
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
    changed = "--model.init_args.content_weight=0.125"  # which the checkpoint does not decide
    main(["fit", *options, "--trainer.max_steps=3", changed, f"--ckpt_path={last}"])
    resumed = torch.load(last, weights_only=True)
    assert resumed["global_step"] == 3
    assert resumed["hyper_parameters"]["content_weight"] == 0.125


def test_every_style_comes_once_before_any_comes_again() -> None:
    module = FastStyleModule({name: "drawn" for name in "abcdef"})
    for turn in range(4):
        steps = [module.styles_of_step(3 * turn + part, 2) for part in range(3)]
        assert sorted(torch.cat(steps).tolist()) == list(range(6))


def test_a_training_begins_with_an_exported_network_of_as_many_styles() -> None:
    styles = dict.fromkeys(FastStyle.load().names, "drawn")
    module = FastStyleModule(styles, start_from=str(WEIGHTS))
    expected = exported_network(WEIGHTS).state_dict()
    for name, tensor in module.model.state_dict().items():
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=0)
    with pytest.raises(WeightsMissing, match="has 12 styles, and the configuration 1"):
        FastStyleModule({"sumi": "drawn"}, start_from=str(WEIGHTS))
