"""The loop, with random weights: these tests look at numbers, and nobody sees the pictures."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from service.cli import main
from style import ConfigError, StylizeConfig, UnknownBackbone, iterate, stylize
from style.backbones.backbone import Backbone
from style.config.stylize import COLORS, OPTIMIZERS, STYLE_LOSSES
from style.pictures.files import scaled
from style.runs.progress import Progress, Run, run_until_interrupted
from style.transfer.painting import NOISE
from style.transfer.pyramid import pyramid
from style.transfer.run_cache import RunCache

FAST = StylizeConfig(backbone="alexnet", size=64, steps=8, precision="float32", device="cpu")


@pytest.fixture
def backbone() -> Backbone:
    torch.manual_seed(1)
    return Backbone("alexnet").eval()


def noise(seed: int, mode: str = "RGB") -> Image.Image:
    shape = (48, 64, len(mode))
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, np.uint8))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_loss_falls(optimizer: str, backbone: Backbone) -> None:
    config = replace(FAST, optimizer=optimizer)
    totals = [p.losses["total"] for p in iterate(noise(1), [noise(2)], config, backbone=backbone)]
    assert len(totals) == FAST.steps
    assert totals[-1] < 0.9 * totals[0]


@pytest.mark.parametrize("loss", STYLE_LOSSES)
def test_each_style_loss_reduces_the_distance_to_the_style(loss: str, backbone: Backbone) -> None:
    config = replace(FAST, style_loss=loss, content_weight=0, variation_weight=0)
    seen = [p.losses["style"] for p in iterate(noise(1), [noise(2)], config, backbone=backbone)]
    assert seen[-1] < 0.9 * seen[0]


def test_a_layer_counts_by_its_weight(backbone: Backbone) -> None:
    def first(layers: str) -> float:
        config = replace(FAST, style_layers=layers, steps=1)
        return next(iterate(noise(1), [noise(2)], config, backbone=backbone)).losses["style"]

    assert first("relu1=3,relu2") == pytest.approx(0.75 * first("relu1") + 0.25 * first("relu2"))
    with pytest.raises(UnknownBackbone, match="no layer 'relu9'"):
        first("relu9")


def test_a_style_counts_by_its_weight(backbone: Backbone) -> None:
    def painted(styles: list[int], weights: str = "") -> bytes:
        config, pictures = replace(FAST, style_weights=weights), [noise(seed) for seed in styles]
        return stylize(noise(1), pictures, config, backbone=backbone).image.tobytes()

    assert painted([2, 3], "1,0") == painted([2])
    assert painted([2, 3], "1,1") == painted([2, 3]) != painted([2, 3], "1,3")
    with pytest.raises(ConfigError, match="style_weights has 3 for 2 styles"):
        painted([2, 3], "1,2,3")


def test_a_wrong_number_of_weights_is_reported_before_weights_are_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Backbone, "of", lambda _: pytest.fail("the network was loaded"))
    with pytest.raises(ConfigError, match="style_weights has 3 for 2 styles"):
        stylize(noise(1), [noise(2), noise(3)], replace(FAST, style_weights="1,2,3"))


def test_the_style_scale_is_the_size_of_the_style_picture(backbone: Backbone) -> None:
    def painted(style: Image.Image, scale: float) -> bytes:
        config = replace(FAST, style_scale=scale)
        return stylize(noise(1), [style], config, backbone=backbone).image.tobytes()

    style = noise(2).resize((192, 192))
    assert painted(style, 2) == painted(scaled(style, 128), 2) != painted(style, 1)


def test_interleaved_paintings_with_matched_colours_do_not_share_statistics(
    backbone: Backbone,
) -> None:
    config = replace(FAST, colors="matched", size=256, steps=1)
    contents = [Image.new("RGB", (256, 192), color) for color in ("navy", "orange")]

    def runs(cache: RunCache | None) -> list[Run]:
        return [
            iterate(content, [noise(2)], config, backbone=backbone, cache=cache)
            for content in contents
        ]

    alone = [[step.losses["style"] for step in run] for run in runs(None)]
    together = zip(*runs(RunCache()), strict=True)
    seen = [[step.losses["style"] for step in steps] for steps in together]
    assert [list(losses) for losses in zip(*seen, strict=True)] == alone


def started(start: Image.Image | None, backbone: Backbone, **change: object) -> Image.Image:
    config = replace(FAST, steps=1, style_weight=0, content_weight=0, variation_weight=0, **change)
    return next(iterate(noise(1), [noise(2)], config, start=start, backbone=backbone)).picture()


def test_a_painting_starts_from_the_content_a_picture_or_noise(backbone: Backbone) -> None:
    def away(image: Image.Image, other: Image.Image) -> float:
        return float(np.abs(np.asarray(image, float) - np.asarray(other, float)).mean())

    assert away(started(None, backbone), noise(1)) < 4
    other = noise(3).resize((128, 96), Image.Resampling.NEAREST)
    assert away(started(other, backbone), noise(3)) < 40 < away(noise(1), noise(3))
    pixels = np.asarray(started(None, backbone, init="noise"), float) / 255
    assert pixels.mean() == pytest.approx(0.5, abs=0.01)
    assert pixels.std() == pytest.approx(NOISE, rel=0.1)


def test_a_start_of_another_shape_is_refused_as_a_mask_is(backbone: Backbone) -> None:
    with pytest.raises(ConfigError, match=r"start from is 48x64, but the content is 64x48"):
        started(noise(3).rotate(90, expand=True), backbone)


def test_a_small_picture_keeps_its_size_unless_it_is_enlarged(backbone: Backbone) -> None:
    config = replace(FAST, size=96, steps=1)
    for enlarge, size in ((False, (64, 48)), (True, (96, 72))):
        image = stylize(
            noise(1), [noise(2)], replace(config, enlarge=enlarge), backbone=backbone
        ).image
        assert image.size == size


def test_the_content_keeps_its_colours(backbone: Backbone) -> None:
    grey = noise(1).convert("L").convert("RGB")
    for how in COLORS[1:]:
        image = stylize(grey, [noise(2)], replace(FAST, colors=how), backbone=backbone).image
        chroma = np.ptp(np.asarray(image, float), axis=-1).mean()
        assert (chroma < 3) == (how != "matched")


def test_a_dream_grows_within_a_painting(backbone: Backbone) -> None:
    config = replace(FAST, dream="relu5:3", dream_weight=1.0, steps=24)
    report = stylize(noise(1), [noise(2)], config, backbone=backbone).report
    assert list(report["losses"]) == ["style", "content", "variation", "dream", "total"]
    dreamt = report["dream"]
    assert dreamt["objective"] == "relu5:3"
    assert dreamt["after"] > dreamt["before"]
    for wrong in ("relu5:x", "relu5:9999", "-relu5", "relu5:3 - relu5:4"):
        with pytest.raises(ConfigError, match="relu5"):
            stylize(noise(1), [noise(2)], replace(config, dream=wrong), backbone=backbone)


def test_an_automatic_dream_is_in_a_layer_that_no_loss_uses() -> None:
    torch.manual_seed(1)
    network = Backbone("vgg16").eval()
    config = replace(FAST, backbone="vgg16", dream="auto", steps=4, size=64)
    seen = list(iterate(noise(1), [noise(2)], config, backbone=network))
    assert ["dream" in progress.losses for progress in seen] == [False, False, True, True]
    dreamt = stylize(noise(1), [noise(2)], config, backbone=network).report["dream"]
    layer, channel = dreamt["objective"].split(":")
    assert layer == "relu5_3"  # the last; none is compared there
    assert int(channel) in range(512)
    assert len(dreamt["before"]) == len(dreamt["after"]) == 1


def test_an_automatic_dream_needs_a_layer_that_is_free(backbone: Backbone) -> None:
    every = "conv1,relu1,conv2,relu2,conv3,relu3,conv4,relu4,conv5,relu5"
    config = replace(FAST, style_layers=every, dream="auto")
    with pytest.raises(ConfigError, match=r"every layer.*LAYER:CHANNEL"):
        next(iterate(noise(1), [noise(2)], config, backbone=backbone))


def test_the_same_seed_gives_the_same_pixels(backbone: Backbone) -> None:
    first, second = (stylize(noise(1), [noise(2)], FAST, backbone=backbone) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()


def test_another_number_of_threads_gives_nearly_the_same_pixels(backbone: Backbone) -> None:
    """Sums in another order are rounded otherwise; each step carries the difference on."""
    before, config = torch.get_num_threads(), replace(FAST, steps=2)
    try:
        pictures = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            pictures.append(stylize(noise(1), [noise(2)], config, backbone=backbone).image)
    finally:
        torch.set_num_threads(before)
    one, two = (np.asarray(picture, float) for picture in pictures)
    assert np.abs(one - two).mean() < 1  # of 255


def test_the_report_has_seconds_memory_and_settings(backbone: Backbone) -> None:
    report = stylize(noise(1), [noise(2), noise(3)], FAST, backbone=backbone).report
    assert json.loads(json.dumps(report)) == report
    assert {"style", "content", "total"} <= set(report["losses"])
    assert report["size"] == [64, 48]
    assert report["seconds_per_step"][0] > 0


def test_progress_comes_after_every_step_with_a_picture(backbone: Backbone) -> None:
    seen = list(iterate(noise(1), [noise(2)], FAST, backbone=backbone))
    assert [p.step for p in seen] == list(range(1, FAST.steps + 1))
    assert seen[-1].done == 1
    assert seen[3].picture().size == (64, 48)


def test_an_interrupted_run_gives_a_whole_picture(backbone: Backbone) -> None:
    content = noise(1, "RGBA").resize((320, 240))

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    run = iterate(content, [noise(2)], replace(FAST, size=320, steps=1), backbone=backbone)
    result = run_until_interrupted(run, stop)
    assert result.report["stopped"] and result.report["size"] < 320  # at the first of two sizes
    assert result.image.size == content.size
    assert result.image.getchannel("A").tobytes() == content.getchannel("A").tobytes()


def test_alpha_is_kept(backbone: Backbone) -> None:
    content = noise(1, "RGBA")
    image = stylize(content, [noise(2)], FAST, backbone=backbone).image
    assert image.mode == "RGBA"
    assert image.getchannel("A").tobytes() == content.getchannel("A").tobytes()


@pytest.mark.parametrize(
    ("longest", "sizes"), [(64, [64]), (128, [128]), (512, [128, 256, 512]), (700, [175, 350, 700])]
)
def test_the_pyramid_doubles_up_to_the_size(longest: int, sizes: list[int]) -> None:
    assert pyramid(longest) == sizes


def test_all_faults_of_a_configuration_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"size is 0.*steps is 0.*precision is 'half'"):
        StylizeConfig(size=0, steps=0, precision="half")


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_an_unavailable_device_is_refused(device: str, backbone: Backbone) -> None:
    config = StylizeConfig(backbone="alexnet", size=64, device=device)
    with pytest.raises(ConfigError, match="device"):
        stylize(noise(1), [noise(2)], config, backbone=backbone)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_reaches_the_same_loss_as_the_cpu(backbone: Backbone) -> None:
    on_gpu = StylizeConfig(**{**FAST.__dict__, "device": "cuda"})
    totals = [
        stylize(noise(1), [noise(2)], config, backbone=backbone).report["losses"]["total"]
        for config in (FAST, on_gpu)
    ]
    assert totals[1] == pytest.approx(totals[0], rel=0.05)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["none.png", "b.png"], "none.png"),
        (["a.png", "b.png", "--size", "9"], "size is 9"),
        (["a.png", "b.png", "--backbone", "vgg20"], "did you mean"),
        (["a.png", "text.png"], "not a picture"),
        (["a.png", "b.png", "-o", "out.xyz"], "suffix"),
        (["a.png", "b.png", "--init", "c.png"], "init is 'c.png'; allowed: content, noise or the"),
    ],
)
def test_the_command_refuses_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png"):
        noise(1).save(name)
    Path("text.png").write_text("no picture at all")
    assert main(["stylize", "-o", "out.png", *change]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
