"""axe-core finds nothing, in both languages, light and dark; nothing is wider than the screen."""

import shutil
import subprocess
import tarfile
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.service.page.conftest import NewPage
from tests.service.page.learner import asked, draw_stroke, from_memory, prefer, strokes, write

pytestmark = pytest.mark.slow

AXE = "axe-core@4.14.1"
NPM_SECONDS = 60
VIEWS = ("practice", "progress", "pictures", "settings", "kanji/三")
RUN = """async () => (await axe.run()).violations.map(
  ({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 120))])"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    if (npm := shutil.which("npm")) is None:
        pytest.skip("no npm: apt-get install npm")
    command = [npm, "pack", AXE, "--silent"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=NPM_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm cannot be reached: {error}")
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def _faults(page: Page, axe: str) -> list[list[str]]:
    page.evaluate(axe)
    found: list[list[str]] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize(
    ("locale", "scheme"), [("en-GB", "light"), ("ja-JP", "dark"), ("en-GB", "dark")]
)
def test_axe_finds_nothing(
    new_page: NewPage, axe: str, locale: str, scheme: Literal["light", "dark"]
) -> None:
    page = new_page(locale=locale, color_scheme=scheme)
    asked(page)
    for view in VIEWS:
        page.goto(f"{page.url.split('#')[0]}#{view}")
        expect(page.locator(f'[data-view="{view.split("/")[0]}"] > *').first).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == locale[:2]
        assert _faults(page, axe) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_verdict(
    new_page: NewPage, axe: str, scheme: Literal["light", "dark"]
) -> None:
    page = new_page(color_scheme=scheme)
    prefer(page, advance=False)
    kanji = asked(page)
    from_memory(page)
    draw_stroke(page, strokes(kanji)[0][::-1])
    expect(page.locator(".said .bad")).to_be_visible()
    assert _faults(page, axe) == [], "a refused stroke"
    write(page, kanji)
    assert _faults(page, axe) == []
