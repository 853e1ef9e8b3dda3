import numpy as np
import pytest
from PIL import Image

from data.ink import Ink, Stroke
from data.references.store import load_references
from service.errors import InvalidRequest
from service.wallpapers.compose import compose, draw, palette_for, reading_of, repainted
from service.wallpapers.contrast import LEAST_CONTRAST
from service.wallpapers.design import Design
from service.wallpapers.layout import BUTTONS, CLOCK
from service.wallpapers.patterns import PATTERNS

SMALL = (320, 700)


def design(characters: str = "永", **fields: object) -> Design:
    return Design(characters, **{"size": SMALL, **fields})  # type: ignore[arg-type]


def photo() -> Image.Image:
    """Sky above dark and bright stripes."""
    rows = np.linspace(255, 0, 300)[:, None] * np.ones((1, 400))
    rows[150::8] = 240
    return Image.fromarray(rows.astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_kanji_is_legible_on_every_pattern(pattern: str, theme: str) -> None:
    wanted = design("鬱", pattern=pattern, theme=theme, palette="kin")
    done = compose(wanted, draw(wanted, load_references()))
    assert done.picture.size == SMALL and done.contrast >= LEAST_CONTRAST


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("palette", ["photo", "matcha"])
def test_the_kanji_is_legible_on_a_photograph(theme: str, palette: str) -> None:
    wanted = design("山", theme=theme, palette=palette)
    done = compose(wanted, draw(wanted, load_references()), photo=photo())
    assert done.picture.size == SMALL and done.contrast >= LEAST_CONTRAST


def test_the_same_design_gives_the_same_pixels_and_another_seed_does_not() -> None:
    pictures = []
    for seed in (1, 1, 2):
        wanted = design(seed=seed)
        pictures.append(compose(wanted, draw(wanted, load_references())).picture.tobytes())
    assert pictures[0] == pictures[1] != pictures[2]


def test_the_room_of_clock_and_buttons_stays_free() -> None:
    for characters in ("一", "一期一会"):
        mask = draw(design(characters), load_references()).mask
        left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
        assert top >= CLOCK * SMALL[1] and bottom <= (1 - BUTTONS) * SMALL[1]
        assert 0 < left < right < SMALL[0]


def test_a_reading_is_written_beside_a_single_kanji_only() -> None:
    references = load_references()
    plain, read = (draw(design("山", reading=wanted), references) for wanted in (False, True))
    assert read.mask.getbbox()[2] > plain.mask.getbbox()[2]  # type: ignore[index]
    assert reading_of("山") == "やま" and reading_of("山川") == ""


def test_an_own_drawing_takes_the_place_of_the_first_character() -> None:
    ink = Ink((Stroke(np.array([[0, 0], [50, 2], [100, 0]], np.float32)),))
    own = draw(design("鬱"), load_references(), ink).mask.getbbox()
    assert own is not None and own[3] - own[1] < 100


def test_without_a_seal_there_is_none() -> None:
    assert draw(design(), load_references()).seal
    assert draw(design(seal=False), load_references()).seal is None


def test_a_painting_of_any_size_is_enlarged_and_written_on() -> None:
    wanted = design("山")
    drawing = draw(wanted, load_references())
    painting = Image.effect_noise((80, 175), 90).convert("RGB")
    done = repainted(wanted, drawing, painting, palette_for(wanted, None))
    assert done.picture.size == SMALL and done.contrast >= LEAST_CONTRAST


def test_a_character_without_strokes_is_refused() -> None:
    with pytest.raises(ValueError, match="no strokes for '☃'"):
        draw(design("☃"), load_references())


def test_an_ink_of_another_character_is_refused() -> None:
    strokes = (Stroke(np.array([[0, 0], [50, 2], [100, 0]], np.float32)),)
    with pytest.raises(ValueError, match=r"a drawing of '二', and the first character is '山'"):
        draw(design("山"), load_references(), Ink(strokes, "二"))
    assert draw(design("が"), load_references(), Ink(strokes, "か\u3099"))


def test_characters_are_normal_and_without_white_space() -> None:
    assert design("か\u3099 川\n").characters == "が川"
    assert design("\ufa19").characters == "神"


def test_a_reading_of_several_characters_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        design("山川", reading=True)
    assert set(caught.value.faults) == {"reading"}


def test_all_faults_of_a_design_are_named_at_once() -> None:
    with pytest.raises(InvalidRequest) as caught:
        design("", pattern="seigaha", palette="beige", theme="grey", seed=-1)
    assert set(caught.value.faults) == {"characters", "pattern", "palette", "theme", "seed"}
    assert "did you mean seigaiha" in str(caught.value)
