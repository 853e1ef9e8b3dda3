"""Learning curves of one training, several and a resumed one."""

from pathlib import Path

import pytest
from PIL import Image

from kanji.errors import KanjiError
from kanji.training.curves import curves, main

LOGGED = "accuracy,epoch,loss,step,val_accuracy,val_loss\n"


def test_a_second_training_begins_at_the_step_where_the_first_ended(tmp_path: Path) -> None:
    first, second, picture = (tmp_path / name for name in ("a.csv", "b.csv", "c.png"))
    first.write_text(f"{LOGGED}0.1,0,4.0,19,,\n0.3,0,2.0,39,,\n,0,,39,0.5,1.5\n")
    second.write_text(f"{LOGGED}0.6,0,1.0,19,,\n,0,,19,0.7,0.5\n")
    by_name = curves([first, second])
    assert by_name["loss"] == ([19, 39, 59], [4.0, 2.0, 1.0])
    assert by_name["val_accuracy"] == ([39, 59], [0.5, 0.7])
    main([str(first), str(second), "-o", str(picture)])
    with Image.open(picture) as image:
        assert image.width > image.height


def test_a_resumed_run_replaces_the_steps_that_the_killed_run_lost(tmp_path: Path) -> None:
    killed, resumed, after = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    killed.write_text(f"{LOGGED}0.1,0,4.0,19,,\n,0,,39,0.5,1.5\n0.3,1,9.0,59,,\n")
    resumed.write_text(f"{LOGGED}0.4,1,2.0,59,,\n,1,,79,0.6,1.2\n")
    after.write_text(f"{LOGGED}0.6,0,1.0,19,,\n")
    by_name = curves([killed, resumed, after])
    assert by_name["loss"] == ([19, 59, 99], [4.0, 2.0, 1.0])
    assert by_name["val_loss"] == ([39, 79], [1.5, 1.2])


def test_a_file_without_steps_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text(LOGGED)
    with pytest.raises(KanjiError, match="no steps"):
        curves([empty])


@pytest.mark.parametrize(
    "text", ["step,loss\n1,2\n", f"{LOGGED}0.1,0,x,19,,\n", f"{LOGGED}0.1,0.5,1,19,,\n", "a\0b\n1"]
)
def test_a_file_of_another_kind_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text(text)
    with pytest.raises(KanjiError, match=r"other\.csv (has no|is no metrics.csv)"):
        curves([other])
