"""Training on a teacher's features, with random weights of a teacher."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from kanji.lightning_command import main
from style.training.distillation_module import DistillationModule
from style.training.publish import publish
from tests.style.training.tiny_photos import killed_at, options, photo_folder

LAYERS = {"relu1": "relu1", "fire3/concat": "fire3/concat", "fire5/concat": "fire5/concat"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
def test_the_shipped_configuration_trains_resumes_bit_equal_and_is_published(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("squeezenet1_0")
    photos = photo_folder(tmp_path / "photos", side=80)

    def trained(folder: str, *more: str) -> dict[str, torch.Tensor]:
        arguments = options("squeezenet_distilled.yaml", photos, tmp_path / folder)
        arguments += ["--data.init_args.crops.growing={0: 64}", "--data.init_args.crops.size_px=64"]
        arguments += [f"--model.init_args.layers={LAYERS}", "--model.init_args.gram_weight=0.1"]
        main(["fit", *arguments, *more])
        stored = torch.load(tmp_path / folder / "last.ckpt", weights_only=True)
        return stored["state_dict"] | stored["current_model_state"]  # type: ignore[no-any-return]

    whole = trained("whole", "--trainer.max_steps=6")
    assert not any("teacher" in name for name in whole)
    with pytest.raises(InterruptedError):
        trained("parts", "--trainer.max_steps=6", *killed_at(3))
    last = tmp_path / "parts" / "last.ckpt"
    resumed = trained("parts", "--trainer.max_steps=6", f"--ckpt_path={last}")
    for name, tensor in whole.items():
        torch.testing.assert_close(resumed[name], tensor, rtol=0, atol=0, msg=name)
    weights, *_ = publish(last, tmp_path / "published", licence="CC0-1.0", data="random pixels")
    assert weights.stat().st_size < 1_000_000  # it ends behind fire5
    assert "to have the features of squeezenet1_0" in (weights.parent / "README.md").read_text()


def module(teacher: str = "squeezenet1_1", **more: object) -> DistillationModule:
    torch.manual_seed(1)
    return DistillationModule(LAYERS, teacher=teacher, **more)  # type: ignore[arg-type]


def test_projections_are_only_between_layers_of_other_widths() -> None:
    kinds = [type(one).__name__ for one in module("squeezenet1_0").projections]
    assert kinds == ["Conv2d", "Identity", "Identity"]  # 64 channels to 96; 128 and 256 to as many


def test_the_loss_is_0_for_a_teacher_with_the_same_weights_and_falls_in_training() -> None:
    from style.backbones.backbone import Backbone

    student = module(noise=0.0).eval()
    teacher = Backbone("squeezenet1_1")
    student._loaded.append(teacher)
    pictures = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        before = sum(student._losses(pictures).values())
    assert before > 0.5
    optimizer = torch.optim.Adam(student.parameters(), lr=3e-3)
    for _ in range(15):
        optimizer.zero_grad()
        loss = torch.stack(list(student._losses(pictures).values())).sum()
        loss.backward()
        optimizer.step()
    assert loss < 0.8 * before


def test_every_second_photo_gets_noise_by_the_step_alone() -> None:
    student, grey = module(noise=0.3), torch.full((4, 3, 8, 8), 0.5)
    noisy = student._with_noise(grey)
    assert torch.equal(noisy[::2], grey[::2]) and not torch.equal(noisy[1::2], grey[1::2])
    assert torch.equal(noisy, student._with_noise(grey))
    assert noisy.min() >= 0 and noisy.max() <= 1
