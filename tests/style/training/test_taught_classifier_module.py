"""Training on a teacher's logits, with random weights of a teacher."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from kanji.lightning_command import main
from style.backbones.backbone import Backbone
from style.errors import ConfigError
from style.training.publish import publish
from style.training.taught_classifier_module import TaughtClassifierModule
from tests.style.training.tiny_photos import options, photo_folder

MODULE = f"{TaughtClassifierModule.__module__}.{TaughtClassifierModule.__qualname__}"


def module(**settings: object) -> TaughtClassifierModule:
    """On three classes; its teacher has random weights."""
    torch.manual_seed(1)
    chosen = {"classes": 3, "teacher_classes": [7, 0, 999]} | settings
    result = TaughtClassifierModule(**chosen)  # type: ignore[arg-type]
    result._loaded.append(Backbone("squeezenet1_0"))
    return result


def test_a_teachers_logits_are_those_of_the_classes_asked_for() -> None:
    taught, pictures = module(), torch.rand(2, 3, 64, 64)
    whole = taught.teacher(pictures, {"logits"})["logits"].relu().mean(dim=(2, 3))
    torch.testing.assert_close(taught.teacher_logits(pictures), whole[:, [7, 0, 999]])


def test_the_loss_is_of_labels_and_teacher_by_weight() -> None:
    pictures, labels = torch.rand(4, 3, 64, 64), torch.tensor([0, 1, 2, 0])
    logits = torch.randn(4, 3)
    half, only, none = (
        module(teacher_weight=weight).training_loss(logits, pictures, labels)
        for weight in (0.5, 1, 0)
    )
    torch.testing.assert_close(half, (only + none) / 2)
    taught = module(teacher_weight=1)
    same = taught.training_loss(taught.teacher_logits(pictures), pictures, labels)
    assert abs(same) < 1e-6 < only


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"teacher_classes": None}, "data has 3 classes, the teacher 1000: give teacher_classes"),
        ({"teacher_classes": [0, 1, 1000]}, "teacher_classes has 1000; allowed: 0 to 999"),
        ({"teacher_weight": 1.5}, "allowed: 0 to 1"),
        ({"temperature": 0}, "allowed: above 0"),
    ],
)
def test_settings_outside_their_range_are_refused(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        module(**settings)


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
def test_it_is_trained_by_the_command_and_published(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("squeezenet1_0")
    photos = photo_folder(tmp_path / "photos", side=64)
    arguments = options("squeezenet_tiny.yaml", photos, tmp_path / "runs")
    arguments += [f"--model={MODULE}", "--model.init_args.classes=2", "--data.init_args.classes=2"]
    arguments += ["--model.init_args.teacher_classes=[1, 25]", "--trainer.max_steps=2"]
    arguments += ["--data.init_args.crops.growing={0: 64}", "--data.init_args.crops.size_px=64"]
    main(["fit", *arguments])
    checkpoint = tmp_path / "runs" / "last.ckpt"
    assert not any("teach" in name for name in torch.load(checkpoint)["state_dict"])
    *_, card = publish(checkpoint, tmp_path / "published", licence="CC0-1.0", data="random pixels")
    assert "to tell 2 classes (n00, n01 ...), as squeezenet1_0 does" in card.read_text()
