"""The words of the page: the same in both languages, and none left over or missing."""

import re
from pathlib import Path

from service.api.pages import STATIC
from service.api.problems import PROBLEMS
from service.jobs.failure import FAILURES
from tests.service.page.learner import words

APP = STATIC / "app"
USED = re.compile(r'\bt\(\s*"([\w.-]+)"')
MADE = re.compile(r"\bt\(\s*`([\w.-]+)\$\{")  # a key whose end follows from a value


def _code() -> str:
    files: list[Path] = [path for path in APP.rglob("*.js") if not path.name.startswith("words.")]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_both_languages_have_the_same_words() -> None:
    assert words("en").keys() == words("ja").keys()


def test_both_languages_fill_in_the_same_values() -> None:
    japanese = words("ja")
    for key, said in words("en").items():
        assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", japanese[key])), key


def test_every_word_that_is_used_exists() -> None:
    assert set(USED.findall(_code())) <= words("en").keys()


def test_every_word_that_exists_is_used() -> None:
    code = _code()
    beginnings = tuple(MADE.findall(code))
    named = {key for key in words("en") if f'"{key}"' in code or key.startswith(beginnings)}
    assert words("en").keys() == named


def test_japanese_is_written_in_japanese() -> None:
    latin = {key for key, said in words("ja").items() if re.fullmatch(r"[\x00-\x7f]+", said)}
    assert latin <= {"decks.jlpt", "data.export.json", "character.jlpt", "job.running_begin"}


def test_every_problem_of_the_api_has_words_in_both_languages() -> None:
    for language in ("en", "ja"):
        named = {key.removeprefix("problem.") for key in words(language) if "problem." in key}
        assert named - {"other", "field", "value"} == PROBLEMS.keys()


def test_every_reason_why_a_job_fails_has_words_in_both_languages() -> None:
    for language in ("en", "ja"):
        named = {key.removeprefix("failure.") for key in words(language) if "failure." in key}
        assert named == FAILURES.keys()


def test_no_learner_reads_of_methods_and_addresses() -> None:
    for said in (*words("en").values(), *words("ja").values()):
        assert not re.search(r"\b(GET|POST|PATCH|DELETE)\b|/v1/", said)
