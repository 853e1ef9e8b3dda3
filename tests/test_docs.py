"""The documents agree with the code: commands, options, settings, presets and backbones."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from data.cache import cache_dir
from service.command_line import command_parser
from service.settings import Settings, variable
from style.backbones.registry import BACKBONES, Facts
from style.commands.options import option_of
from style.config.dream import DreamConfig
from style.config.film import FilmConfig
from style.config.presets import FOLDER, preset_names
from style.config.setting import default_text, settings_of
from style.config.stylize import StylizeConfig
from style.config.visualization import VisualizationConfig

ROOT = Path(__file__).parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(parser: argparse.ArgumentParser, path: str = "hitsujun") -> Iterator[str]:
    children = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not children:
        yield path
    for name, child in (item for action in children for item in action.choices.items()):
        yield from commands(child, f"{path} {name}")


def options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from options(child)
        else:
            yield action


@pytest.mark.parametrize("command", list(commands(command_parser())))
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in text("docs/commands.md")


def test_every_option_has_help() -> None:
    assert [action.dest for action in options(command_parser()) if not action.help] == []


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    name = setting.name  # type: ignore[attr-defined]
    default = setting.metadata.get("unset", setting.default)  # type: ignore[attr-defined]
    row = next(x for x in text("docs/service.md").splitlines() if f"`{variable(name)}`" in x)
    if name != "data_dir":
        assert f"| {default} |" in row
    assert setting.metadata["help"] in row  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("config", "page", "heading"),
    [
        (StylizeConfig, "style", "Options of `stylize`"),
        (DreamConfig, "dream", "Options of `dream`"),
        (VisualizationConfig, "dream", "Options of a dream from noise"),
        (FilmConfig, "film", "Options of a film"),
    ],
)
def test_every_option_of_a_picture_is_documented_as_it_is_declared(
    config: type[Any], page: str, heading: str
) -> None:
    table = text(f"docs/{page}.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `--")]
    assert rows == [
        f"| `{option_of(one)}` | {default_text(one)} | {declared.allowed()} | {declared.help} |"
        for one, declared in settings_of(config).values()
    ]


def test_every_other_option_of_a_painting_is_documented_with_its_default() -> None:
    (command,) = (a for a in command_parser()._actions if isinstance(a, argparse._SubParsersAction))
    settings = {one.name for config in (StylizeConfig, FilmConfig) for one in fields(config)}
    for action in command.choices["stylize"]._actions:
        if action.option_strings and action.dest not in {"help", *settings}:
            unset = (
                "must be given" if action.required else "white" if action.default == [] else "none"
            )
            default = action.default or unset
            assert f"| `{action.option_strings[-1]}` | {default} |" in text("docs/style.md")


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_documented_with_the_comment_of_its_file(name: str) -> None:
    first_line = (FOLDER / f"{name}.toml").read_text("utf-8").splitlines()[0]
    assert f"| `{name}` | {first_line.removeprefix('# ')} |" in text("docs/style.md")


def test_the_cache_variable_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", "/elsewhere")
    assert cache_dir() == Path("/elsewhere")
    assert "`HITSUJUN_CACHE`" in text("docs/service.md")


def test_the_readme_names_only_commands_that_exist() -> None:
    existing = set(commands(command_parser()))
    lines = [
        line.strip() for line in text("README.md").splitlines() if ".venv/bin/hitsujun" in line
    ]
    assert lines
    for line in lines:
        words = line.removeprefix(".venv/bin/").split()
        assert " ".join(words[:2]) in existing or " ".join(words[:3]) in existing


@pytest.mark.parametrize("facts", BACKBONES.values(), ids=BACKBONES)
def test_every_backbone_is_documented_with_its_facts(facts: Facts) -> None:
    row = next(
        x for x in text("docs/backbones.md").splitlines() if x.startswith(f"| {facts.name} |")
    )
    for layers in (facts.style, facts.content):
        assert f"| {', '.join(layers)} |" in row
    for fact in (facts.dream, facts.least_px, facts.source, facts.licence):
        assert f"| {fact} |" in row


DOCUMENTS = ["README.md", "CONTRIBUTING.md", "kanji/weights/README.md"] + [
    f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))
]
PATH = re.compile(r"(?<![\w./-])((?:data|docs|kanji|service|style|tests)/[\w./-]*[\w/])")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_files_that_a_document_names_exist(document: str) -> None:
    named = {one for one in PATH.findall(text(document)) if "." in one or one.endswith("/")}
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, "style/fast/weights/README.md"])
def test_the_benches_that_a_document_names_exist(document: str) -> None:
    named = set(re.findall(r"tests\.bench(?:\.[a-z]\w*)+", text(document)))
    modules = [ROOT / one.replace(".", "/") for one in sorted(named)]
    assert [
        one.name
        for one in modules
        if not one.with_suffix(".py").is_file() and not (one / "__main__.py").is_file()
    ] == []


@pytest.mark.parametrize("link", re.findall(r"\]\(([\w./-]+)\)", text("README.md")))
def test_the_links_of_the_readme_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


RECIPES = re.findall(
    r"^## (A new [^\n]+)\nExample: `(\w+)`\.\n(.*?)(?=^## |\Z)",
    text("CONTRIBUTING.md"),
    re.M | re.S,
)


@pytest.mark.parametrize(("title", "example", "steps"), RECIPES, ids=[r[0] for r in RECIPES])
def test_a_recipe_names_the_files_in_which_its_example_stands(
    title: str, example: str, steps: str
) -> None:
    first_of_each_step = [
        PATH.findall(step)[0] for step in re.split(r"^\d\. ", steps, flags=re.M)[1:]
    ]
    assert len(first_of_each_step) > 1, title
    for name in first_of_each_step:
        assert example in name or re.search(example, text(name), re.I), f"{title}: {name}"


def test_there_is_a_recipe_for_each_kind_of_addition() -> None:
    assert [r[0] for r in RECIPES] == [
        "A new backbone", "A new format of ink", "A new endpoint", "A new preset",
    ]  # fmt: skip


@pytest.mark.parametrize("package", ["data", "kanji", "style", "service"])
def test_the_architecture_names_every_room(package: str) -> None:
    rooms = {
        f"`{package}/{one.name}/`"
        for one in (ROOT / package).iterdir()
        if one.is_dir() and any(one.glob("*.py"))
    }
    assert [room for room in sorted(rooms) if room not in text("docs/architecture.md")] == []
