"""The wheel: what is in it, its version, and that it serves in an environment with nothing else.

Builds and installs with pip, so they need the package index, and are skipped where it is away.
"""

import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("data", "kanji", "style", "service", "pyproject.toml", "README.md", "LICENSE")
TAG = "v9.8.7"
SHIPPED = (
    "data/kanjidic2.json",
    "data/kanjivg.txt",
    "data/references/references-ja.npz.xz",
    "kanji/configs/recognizer.yaml",
    "kanji/grading/variation.json",
    "kanji/weights/recognizer.onnx",
    "service/api/examples.json",
    "service/static/vendor/vendored.json",
    "style/configs/any_style.yaml",
    "style/configs/fast_style.yaml",
    "style/presets/painting.toml",
)
MOST_BYTES = 15_000_000
SECONDS = 120  # that a server may take to start on a busy machine, from files never read before

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]  # pip may take long


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of a source distribution, from a repository at TAG."""
    if not find_spec("build") or not (ROOT / ".git").exists():
        pytest.skip("needs the package build, and a clone of the repository")
    folder = tmp_path_factory.mktemp("built")
    require_index(folder)
    source = folder / "source"
    source.mkdir()
    copy_sources(source)
    run("git", "init", "--quiet", cwd=source)
    git = ("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    run(*git, "commit", "--quiet", "--allow-empty", "--message", "a release", cwd=source)
    run("git", "tag", TAG, cwd=source)
    run(sys.executable, "-m", "build", "--outdir", str(folder / "dist"), cwd=source)
    (archive,) = (folder / "dist").glob("*.tar.gz")
    assert archive.name == f"hitsujun-{TAG[1:]}.tar.gz"
    (found,) = (folder / "dist").glob("*.whl")
    return found


def copy_sources(folder: Path) -> None:
    """The files that git has, so that nothing built here comes along."""
    listed = run("git", "ls-files", "-z", "--", *BUILT_FROM, "NOTICE", "tests/service", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())


def require_index(folder: Path) -> None:
    """Skips where pip finds no package, as without a network."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet")
    command = [*pip, "--no-deps", "--retries", "1", "--dest", str(folder / "asked"), "hatchling"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        pytest.skip(f"the package index does not answer: {asked.stderr.strip()[-200:]}")


def run(*command: str, cwd: Path, **variables: str) -> str:
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | variables
    done = subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_wheel_has_the_four_packages_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    folders = {name.partition("/")[0] for name in names}
    assert folders == {"data", "kanji", "style", "service", f"hitsujun-{TAG[1:]}.dist-info"}
    unwanted = ("test", "conftest", "__pycache__", ".h5", ".ckpt", ".ipynb")
    assert [one for one in names if any(part in Path(one).name for part in unwanted)] == []
    assert not any("tests" in Path(one).parts for one in names)


def test_the_wheel_has_the_data_that_the_code_reads_and_is_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        assert set(SHIPPED) - set(file.namelist()) == set()
        assert any(one.startswith("style/fast/weights/") for one in file.namelist())
    assert wheel.stat().st_size < MOST_BYTES


def test_the_wheel_has_every_tracked_file_of_the_packages(wheel: Path) -> None:
    tracked = run("git", "ls-files", "-z", "--", *BUILT_FROM[:4], cwd=ROOT).split("\0")
    here = {name for name in tracked if name and (ROOT / name).is_file()}
    with zipfile.ZipFile(wheel) as file:
        assert here - set(file.namelist()) == set()


def test_the_wheel_has_the_version_of_the_tag_and_the_licences(wheel: Path) -> None:
    folder = f"hitsujun-{TAG[1:]}.dist-info"
    with zipfile.ZipFile(wheel) as file:
        facts = message_from_bytes(file.read(f"{folder}/METADATA"))
        assert facts["Version"] == TAG[1:]
        assert file.read(f"{folder}/licenses/NOTICE") == (ROOT / "NOTICE").read_bytes()
        assert file.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with `hitsujun[service]` and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    programs = folder / "venv" / "bin"
    constraints = ("-c", str(ROOT / "constraints.txt"))
    pip = (str(programs / "pip"), "--disable-pip-version-check", "install", "--quiet")
    run(*pip, f"{wheel}[service]", *constraints, cwd=folder)
    return programs


@contextmanager
def serving(programs: Path, folder: Path) -> Iterator[str]:
    """The address of `hitsujun serve` with an empty cache and data folder."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HITSUJUN", "PYTHON"))}
    process = subprocess.Popen(
        [str(programs / "hitsujun"), "serve", "--port", "0", "--data-dir", str(folder / "data")],
        cwd=folder,
        env=environ | {"HITSUJUN_CACHE": str(folder / "cache")},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        told = next((line for line in lines if "practice page at" in line), "")
        assert told, "serve ended without an address"
        yield told.split("practice page at ")[1].split("/,")[0]
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def asked(address: str, body: object = None, *, token: str = "") -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(address, data, headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def test_the_wheel_serves_in_an_empty_environment_with_what_it_holds(
    environment: Path, tmp_path: Path
) -> None:
    told = run(str(environment / "hitsujun"), "--version", cwd=tmp_path)
    assert told == f"hitsujun {TAG[1:]}\n"
    with serving(environment, tmp_path) as address:
        version = asked(f"{address}/version")
        assert version["version"] == TAG[1:] and version["model"]
        ready = asked(f"{address}/readyz")
        assert ready["style_installed"] is False and ready["references"] is True
        stroke = {"x": [0, 50, 100], "y": [50, 50, 50]}
        grade = asked(f"{address}/v1/grade", {"character": "一", "strokes": [stroke]})
        assert grade["verdict"] == "correct"
        assert asked(f"{address}/v1/kanji/%E6%B0%B8")["meanings"]
        token = asked(f"{address}/v1/devices", {"name": "a phone"})["token"]
        cards = asked(f"{address}/v1/queue?limit=2", token=str(token))["cards"]
        assert isinstance(cards, list) and len(cards) == 2


def test_the_commands_of_the_wheel_know_the_decks(environment: Path, tmp_path: Path) -> None:
    told = run(str(environment / "hitsujun"), "simulate", "--days", "3", cwd=tmp_path)
    assert "reviews" in told


def test_what_the_extra_lacks_is_named_with_the_extra_that_has_it(
    environment: Path, tmp_path: Path
) -> None:
    command = [str(environment / "hitsujun"), "weights", "fetch", "alexnet"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "pip install 'hitsujun[style]'" in told.stderr
