"""The examples in docs/deploy name only settings, commands and options that there are."""

import argparse
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.command_line import command_parser
from service.settings import Settings, variable

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"
UNIT = (DEPLOY / "hitsujun.service").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SETTINGS = {variable(one.name) for one in fields(Settings)} | {"HITSUJUN_CACHE"}
DEFAULT = re.compile(r"\$\{\w+:[-?]([^}]*)\}")  # of a variable of compose


def commands() -> Iterator[list[str]]:
    for line in re.findall(r"^ExecStart=\S*/hitsujun (.+)$", UNIT, re.MULTILINE):
        yield line.split()
    for service in COMPOSE["services"].values():
        if str(service.get("command", "")).startswith("hitsujun "):
            yield service["command"].split()[1:]


@pytest.mark.parametrize("arguments", list(commands()), ids=" ".join)
def test_a_command_of_an_example_can_be_run(arguments: list[str]) -> None:
    assert isinstance(command_parser().parse_args(arguments), argparse.Namespace)


def test_there_are_commands_in_both_examples() -> None:
    assert [one[0] for one in commands()] == ["serve", "serve", "worker"]


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_an_example_names_only_settings_that_there_are(path: Path) -> None:
    assert set(re.findall(r"HITSUJUN_[A-Z_]+", path.read_text("utf-8"))) <= SETTINGS


def test_the_settings_of_the_unit_are_allowed() -> None:
    lines = re.findall(r"^Environment=(\w+)=(.*)$", UNIT, re.MULTILINE)
    settings = Settings.from_env(dict(lines))
    assert settings.proxies == 1 and "kanji.example.org" in settings.hosts


@pytest.mark.parametrize("name", ["web", "painter"])
def test_the_settings_of_a_container_are_allowed(name: str) -> None:
    given = COMPOSE["services"][name]["environment"]
    settings = Settings.from_env({key: DEFAULT.sub(r"\1", str(v)) for key, v in given.items()})
    assert settings.database_url and settings.limits_url and settings.log_format == "json"


def test_there_is_one_painter_beside_the_web_processes() -> None:
    services = COMPOSE["services"]
    assert "--no-worker" in services["web"]["command"] and "deploy" not in services["painter"]


def test_the_unit_gives_the_service_longer_to_stop_than_it_takes() -> None:
    from service.jobs.supervisor import STOP_SECONDS as PAINTER_SECONDS
    from service.web.gunicorn_server import STOP_SECONDS

    (limit,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert int(limit) > STOP_SECONDS + PAINTER_SECONDS
    grace = COMPOSE["services"]["web"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > STOP_SECONDS + PAINTER_SECONDS


def test_a_proxy_drops_its_connections_before_the_service_does() -> None:
    from service.web.gunicorn_server import KEEPALIVE_SECONDS

    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert KEEPALIVE_SECONDS > 60 and f"those of hitsujun for {KEEPALIVE_SECONDS} s" in text


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze")
    copy = tmp_path / "hitsujun.service"
    copy.write_text(UNIT.replace("/opt/hitsujun/.venv/bin/hitsujun", "/bin/true"), "utf-8")
    checked = run([analyze, "verify", "--man=no", str(copy)])
    if "Failed to" in checked.stderr:
        pytest.skip(f"systemd-analyze does not work here: {checked.stderr.splitlines()[0]}")
    assert "hitsujun.service" not in checked.stderr


def test_docker_accepts_the_compose_file() -> None:
    docker = shutil.which("docker")
    if docker is None or run([docker, "compose", "version"]).returncode:
        pytest.skip("no docker compose")
    checked = run([docker, "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "-q"])
    assert checked.returncode == 0, checked.stderr


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"POSTGRES_PASSWORD": "x"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
