"""Training of a backbone on classes: the shipped configurations, resumed runs, accuracy."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torchvision.models import alexnet, squeezenet1_0

from kanji.lightning_command import main, run
from style.errors import ConfigError
from style.training.classifier_module import ClassifierModule, accuracy
from style.training.publish import publish
from tests.style.training.tiny_photos import killed_at, options, photo_folder

CONVOLUTION = "network.features.12.expand3x3.convolution.weight"
CLASSES = ["--model.init_args.classes=2", "--data.init_args.classes=2"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.parametrize(
    ("config", "steps"),
    [("squeezenet_imagenet.yaml", 3), ("squeezenet_tiny.yaml", 4), ("squeezenet_tiny.yaml", 6)],
    ids=["mid-epoch", "end-of-epoch", "second-epoch"],
)
def test_a_killed_and_resumed_training_is_bit_equal(
    config: str, steps: int, tmp_path: Path
) -> None:
    photos = photo_folder(tmp_path / "photos")

    def trained(folder: str, *more: str) -> dict[str, torch.Tensor]:
        main(["fit", *options(config, photos, tmp_path / folder), *CLASSES, *more])
        stored = torch.load(tmp_path / folder / "last.ckpt", weights_only=True)
        assert stored["class_names"] == ["n00", "n01"]
        return stored["state_dict"] | stored["current_model_state"]  # type: ignore[no-any-return]

    whole = trained("whole")
    with pytest.raises(InterruptedError):
        trained("parts", *killed_at(steps))
    last = tmp_path / "parts" / "last.ckpt"
    assert torch.load(last, weights_only=True)["global_step"] == steps
    resumed = trained("parts", f"--ckpt_path={last}")
    assert resumed.keys() == whole.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(resumed[name], tensor, rtol=0, atol=0, msg=name)


@pytest.mark.slow
def test_two_processes_train_one_network(tmp_path: Path) -> None:
    arguments = options(
        "squeezenet_tiny.yaml", photo_folder(tmp_path / "photos"), tmp_path / "runs"
    )
    arguments = [one for one in arguments if not one.startswith("--trainer.strategy")]
    command = [sys.executable, "-m", "kanji.lightning_command", "fit", *arguments, *CLASSES]
    command += ["--trainer.strategy=ddp", "--trainer.devices=2", "--trainer.max_steps=2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "gloo" in done.stderr
    stored = torch.load(tmp_path / "runs" / "last.ckpt", weights_only=True)
    assert stored["global_step"] == 2


@pytest.mark.filterwarnings("ignore")
def test_other_classes_than_those_of_the_photos_are_refused(tmp_path: Path) -> None:
    photos = photo_folder(tmp_path / "photos")
    arguments = options("squeezenet_tiny.yaml", photos, tmp_path / "runs")
    with pytest.raises(
        ConfigError, match="photos have 2 classes, the network has 100: give --model"
    ):
        run(["fit", *arguments, "--data.init_args.classes=2"])


def test_a_training_starts_from_a_network_with_other_classes(tmp_path: Path) -> None:
    first = ClassifierModule("alexnet", classes=3)
    path = tmp_path / "first.ckpt"
    torch.save({"state_dict": first.state_dict()}, path)
    second = ClassifierModule("alexnet", classes=5, start_from=str(path))
    own, its = second.state_dict(), first.state_dict()
    equal = {name for name in own if own[name].shape == its[name].shape}
    assert len(own) - len(equal) == 2  # weight and bias of the last layer
    assert all(torch.equal(own[name], its[name]) for name in equal)
    weights = tmp_path / "published.safetensors"
    save_file(alexnet(num_classes=7).state_dict(), weights)
    with pytest.raises(ConfigError, match="has no tensor"):  # its convolutions have no batch norms
        ClassifierModule("squeezenet1_1", classes=5, start_from=str(weights))
    third = ClassifierModule("alexnet", classes=5, start_from=str(weights), norms=False)
    name = "features.10.bias"
    assert torch.equal(third.network.state_dict()[name], load_file(weights)[name])
    torch.save({"state_dict": {"other": torch.zeros(1)}}, path)
    with pytest.raises(ConfigError, match="has no tensor of this network"):
        ClassifierModule("alexnet", start_from=str(path))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_ten_classes_begin_with_the_network_of_the_hundred(tmp_path: Path) -> None:
    photos, first = photo_folder(tmp_path / "photos", classes=3), tmp_path / "first"
    more = ["--model.init_args.classes=3", "--data.init_args.classes=3", "--trainer.max_steps=1"]
    main(["fit", *options("squeezenet_tiny.yaml", photos, first), *more])
    arguments = options("squeezenet_tiny_ten.yaml", photos, tmp_path / "second")
    arguments += [f"--model.init_args.start_from={first / 'last.ckpt'}", *CLASSES]
    arguments += ["--data.init_args.every=1"]
    main(["fit", *arguments, "--trainer.max_steps=1", "--model.init_args.learning_rate=0"])
    before, after = (
        torch.load(folder / "last.ckpt", weights_only=True)["state_dict"]
        for folder in (first, tmp_path / "second")
    )
    assert torch.equal(before[CONVOLUTION], after[CONVOLUTION])
    assert len(after["network.classifier.1.bias"]) == 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_published_weights_are_finetuned_and_published_again(tmp_path: Path) -> None:
    weights, runs = tmp_path / "published.safetensors", tmp_path / "runs"
    stored = squeezenet1_0().state_dict()
    save_file(stored, weights)
    arguments = options("squeezenet_finetuned.yaml", photo_folder(tmp_path / "photos"), runs)
    arguments += [f"--model.init_args.start_from={weights}", *CLASSES, "--trainer.max_steps=1"]
    main(["fit", *arguments, "--model.init_args.learning_rate=0"])
    published, *_ = publish(runs / "last.ckpt", tmp_path / "again", licence="CC0-1.0", data="-")
    again = load_file(published)
    assert len(again) == len(stored) - 2  # without the classifier, which has other classes
    assert all(torch.equal(tensor, stored[name]) for name, tensor in again.items())


def test_dropout_is_that_of_the_network_or_the_one_given() -> None:
    def fractions(dropout: float | None) -> set[float]:
        network = ClassifierModule("squeezenet1_1", classes=2, dropout=dropout).network
        return {one.p for one in network.modules() if isinstance(one, torch.nn.Dropout)}

    assert [fractions(one) for one in (None, 0, 0.2)] == [{0.5}, {0}, {0.2}]
    for outside in (-0.1, 1):
        with pytest.raises(ConfigError, match="allowed: 0 to below 1"):
            fractions(outside)


def test_accuracy_counts_the_likeliest_classes() -> None:
    logits = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    labels = torch.tensor([0, 1, 1, 2])
    assert [float(accuracy(logits, labels, top)) for top in (1, 2, 5)] == [0.25, 0.75, 1.0]


def test_auxiliary_classifiers_are_trained_with_the_last() -> None:
    module = ClassifierModule("googlenet", classes=4)
    module.log_dict = lambda *_, **__: None  # type: ignore[method-assign, assignment]
    loss = module.training_step((torch.rand(2, 3, 96, 96), torch.tensor([0, 1])), 0)
    loss.backward()
    gradient = module.network.get_submodule("aux1").fc2.weight.grad
    assert gradient is not None and gradient.abs().sum() > 0
