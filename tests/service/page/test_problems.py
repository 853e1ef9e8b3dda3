"""What goes wrong is said in the learner's language, without words for programs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.service.page.conftest import NewPage

pytestmark = pytest.mark.slow

LATIN = re.compile(r"[A-Za-z]{4,}")  # a word of English


def _wrong_zone(page: Page) -> str:
    page.get_by_label(re.compile("Time zone|タイムゾーン")).fill("Mars/Olympus")
    page.get_by_role("button", name=re.compile("^(Save|保存)$")).click()
    said = page.locator("form .status")
    expect(said).to_contain_text("Mars/Olympus")
    return said.inner_text()


def test_a_setting_that_is_refused_is_named_in_japanese(new_page: NewPage) -> None:
    said = _wrong_zone(new_page("#settings", locale="ja-JP"))
    assert "タイムゾーン" in said and not LATIN.search(said.replace("Mars/Olympus", ""))


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en-GB", "wrong, used, or older"), ("ja-JP", "コードが違うか")],
)
def test_a_wrong_code_is_explained(new_page: NewPage, locale: str, expected: str) -> None:
    page = new_page("#settings/AAAA-BBBB-CC", locale=locale)
    page.get_by_role("button", name=re.compile("^(Join|つなぐ)$")).click()
    expect(page.locator("section .status").first).to_contain_text(expected)


def test_an_address_without_a_character_says_so_in_both_languages(new_page: NewPage) -> None:
    assert "no strokes" in _said(new_page("#kanji/☃"))
    assert not LATIN.search(_said(new_page("#kanji/☃", locale="ja-JP")))


def _said(page: Page) -> str:
    line = page.locator(".status.bad")
    expect(line).to_be_visible()
    return line.inner_text()


def test_a_service_with_too_much_to_do_says_that_and_not_that_it_is_gone(
    new_page: NewPage,
) -> None:
    page = new_page("#pictures", locale="ja-JP")
    problem = '{"type": "/v1/docs#problem-queue-full", "title": "x", "status": 503}'
    page.route(
        "**/v1/wallpapers",
        lambda route: route.fulfill(
            status=503, content_type="application/problem+json", body=problem
        ),
    )
    page.get_by_role("button", name="作る", exact=True).click()
    expect(page.locator(".job .status").first).to_contain_text("順番を待つ絵が多すぎます")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("out-of-memory", "メモリー"), ("of-a-later-version", "できませんでした")],
)
def test_a_picture_that_failed_says_why(new_page: NewPage, code: str, expected: str) -> None:
    page = new_page("#pictures", locale="ja-JP")
    job = {"id": "1", "state": "failed", "progress": 0.5, "preview": None, "result": None}
    failed = {**job, "seconds_left": None, "error": "not enough memory", "error_code": code}
    page.route("**/v1/wallpapers", lambda route: route.fulfill(status=202, json=failed))
    page.get_by_role("button", name="作る", exact=True).click()
    line = page.locator(".job .status").first
    expect(line).to_contain_text(expected)
    assert not LATIN.search(line.inner_text())
