"""No other installed distribution uses the import names data, kanji, style and service."""

from importlib.metadata import distributions

import pytest


@pytest.mark.slow
def test_no_other_distribution_ships_python_under_our_names() -> None:
    ours = ("data/", "kanji/", "style/", "service/")
    intruders = {
        f"{distribution.name}: {file}"
        for distribution in distributions()
        if distribution.name != "hitsujun"
        for file in distribution.files or ()
        if str(file).startswith(ours) and file.suffix in {".py", ".so", ".pyi"}
    }
    assert not intruders
