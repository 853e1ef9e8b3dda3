"""Runs of three steps at two sizes, without a network."""

from dataclasses import replace

import pytest
from PIL import Image

from style.errors import NotFinite
from style.runs.progress import Progress, Result, Run, run_to_end, run_until_interrupted

PROGRESS = Progress(0, 2, 64, 1, 3, {"total": 0.5}, lambda: Image.new("RGB", (4, 4), "red"))
RESULT = Result(Image.new("RGB", (4, 4), "blue"), {"size": [4, 4]})


def run() -> Run:
    for scale in (0, 1):
        for step in (1, 2, 3):
            yield replace(PROGRESS, scale=scale, step=step)
    return RESULT


def test_the_fraction_done_grows_evenly_with_the_cost() -> None:
    assert [step.done for step in run()] == pytest.approx([n / 6 for n in range(1, 7)])
    growing = replace(PROGRESS, costs=(2, 8))
    assert growing.done == pytest.approx(1 / 15)
    assert replace(growing, scale=1).done == pytest.approx((3 + 4) / 15)
    assert replace(growing, scale=1, step=3).done == 1


def test_a_run_to_its_end_reports_every_step_and_returns_the_result() -> None:
    steps: list[Progress] = []
    assert run_to_end(run(), steps.append) is RESULT
    assert [(one.scale, one.step) for one in steps] == [(s, n) for s in (0, 1) for n in (1, 2, 3)]
    assert run_until_interrupted(run(), None) is RESULT


def test_an_interrupted_run_returns_its_last_picture_and_says_so() -> None:
    def interrupt(progress: Progress) -> None:
        if (progress.scale, progress.step) == (1, 1):
            raise KeyboardInterrupt

    result = run_until_interrupted(run(), interrupt)
    assert result.image.getpixel((0, 0)) == (255, 0, 0)
    expected = {"stopped": True, "done": 0.6667, "size": 64, "losses": {"total": 0.5}}
    assert result.report == expected


def test_an_interrupt_before_the_first_step_propagates() -> None:
    def interrupted() -> Run:
        raise KeyboardInterrupt
        yield PROGRESS

    with pytest.raises(KeyboardInterrupt):
        run_until_interrupted(interrupted(), None)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_loss_that_is_not_finite_returns_the_picture_before_it_and_propagates_without_one(
    steps: int,
) -> None:
    error = NotFinite("the loss is nan")

    def broken(picture: Image.Image | None) -> Run:
        for _ in range(steps):
            yield PROGRESS
        error.picture = picture
        raise error

    result = run_until_interrupted(broken(RESULT.image), None)
    assert result.image is RESULT.image
    assert (result.report["error"], result.report["stopped"]) == ("the loss is nan", True)
    assert ("done" in result.report) is bool(steps)
    with pytest.raises(NotFinite):
        run_until_interrupted(broken(None), None)
