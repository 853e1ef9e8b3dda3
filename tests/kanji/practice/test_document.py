"""docs/practice.md: its example runs, and its figures are the defaults."""

from pathlib import Path

from kanji.practice.hints import HintLadder
from kanji.practice.queue_rules import QueueRules
from kanji.practice.schedule import ScheduleRules
from kanji.practice.settings import RETENTION, Settings
from kanji.practice.stats import FREEZE_AFTER, MOST_FREEZES

DOCUMENT = (Path(__file__).parents[3] / "docs/practice.md").read_text("utf-8")


def test_the_example_gives_what_its_comments_say() -> None:
    names: dict[str, object] = {}
    exec(DOCUMENT.partition("```python\n")[2].partition("```")[0], names)
    rating = names["state"].rated[0].rating  # type: ignore[attr-defined]
    assert (rating.rating, rating.reason) == ("hard", "misses")


def test_the_figures_in_the_text_are_the_defaults() -> None:
    text = " ".join(DOCUMENT.split())
    assert f"retention ({RETENTION[0]} to {RETENTION[1]})" in text
    assert Settings().retention == ScheduleRules().retention == 0.9
    assert "`day_start`, four o'clock" in text and Settings().day_start.hour == 4
    assert (QueueRules().leech_lapses, QueueRules().leech_days) == (6, 7)
    assert "forgotten six times is shown at most once a week" in text
    assert HintLadder() == HintLadder(outline=1, animation=2, auto_draw=3)
    assert "outline after one miss and the animation after two; after three" in text
    assert (FREEZE_AFTER, MOST_FREEZES) == (7, 2)
    assert "Seven days of practice in a row earn a freeze" in text
    assert "five is the default" in text and Settings().new_per_day == 5
