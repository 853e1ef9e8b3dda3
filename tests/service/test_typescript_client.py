"""A client that openapi-typescript makes of the document type-checks, with the flow of docs/app.md.

npm and the compiler come from its registry once, into pytest's cache; without them it is skipped.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from service.api.app import openapi_document

PROGRAM = Path(__file__).with_name("client.ts")
PAGE = (Path(__file__).parents[2] / "docs/app.md").read_text("utf-8")
PACKAGES = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3")
INSTALL_SECONDS, RUN_SECONDS = 180, 300
# A field with a default may be left out of a request.
GENERATOR_OPTIONS = ("openapi.json", "-o", "schema.d.ts", "--default-non-nullable", "false")
COMPILER_OPTIONS = ("--strict", "--noEmit", "--skipLibCheck", "--target", "es2022")
MODULES = ("--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom")


@pytest.fixture(scope="module")
def tools(request: pytest.FixtureRequest) -> Path:
    """The folder of the programs of npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm")
    folder = request.config.cache.mkdir("typescript-client")  # type: ignore[union-attr]
    installed = folder / "node_modules"
    mark = installed / ".complete"
    if not mark.exists() or mark.read_text("ascii") != " ".join(PACKAGES):
        command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            run = subprocess.run(
                [*command, "--prefix", str(folder), *PACKAGES],
                capture_output=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            pytest.skip("the registry of npm does not answer")
        if run.returncode:
            pytest.skip(f"npm cannot install {', '.join(PACKAGES)}")
        mark.write_text(" ".join(PACKAGES), "ascii")
    return installed


def run(*command: str | Path, folder: Path) -> None:
    result = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_a_generated_client_type_checks(tools: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(tools)
    (tmp_path / "openapi.json").write_text(json.dumps(openapi_document()), "utf-8")
    shutil.copy(PROGRAM, tmp_path)
    programs = tools / ".bin"
    run(programs / "openapi-typescript", *GENERATOR_OPTIONS, folder=tmp_path)
    tsc = (programs / "tsc", *COMPILER_OPTIONS, *MODULES)
    run(*tsc, PROGRAM.name, folder=tmp_path)
    wrong = (tmp_path / PROGRAM.name).read_text("utf-8").replace("data.token", "data.tokens")
    (tmp_path / "wrong.ts").write_text(wrong, "utf-8")
    with pytest.raises(AssertionError, match="tokens"):
        run(*tsc, "wrong.ts", folder=tmp_path)


def test_the_program_asks_for_what_the_page_asks_for() -> None:
    program = PROGRAM.read_text("utf-8")
    asked = {path for path in re.findall(r'\.(?:GET|POST|PATCH|DELETE)\("([^"]+)"', program)}
    examples = re.findall(r"```http\n[A-Z]+ (/v1/[a-z/-]+)", PAGE)
    of_page = {path.rstrip("/").split("?")[0] for path in examples}
    optional = {"/v1/model"}  # of an app that grades by itself
    assert of_page - optional <= {path.partition("/{")[0] for path in asked}
