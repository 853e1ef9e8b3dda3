import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from data.corpora import build as building
from data.corpora.build import build, left_out_lines
from data.corpora.corpus import Corpus
from data.corpora.files import read_inks
from data.errors import CorpusError
from data.formats import casia
from data.ink import Ink

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


def ink(number: int) -> Ink:
    points = [[number % 300, k] for k in range(1, 12)]
    return Ink.from_wire({"strokes": [points, [[1, number % 7]]], "char": "二"})


def folder_of(path: Path, writers: int, inks: int = 4) -> Path:
    for writer in range(1, writers + 1):
        casia.write_pot(path / f"{writer:03}.pot", [ink(writer * n) for n in range(1, inks + 1)])
    return path


@pytest.mark.parametrize("workers", [1, 2])
def test_a_folder_becomes_a_corpus_in_order_by_any_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(building, "SMALL", 0)
    source = folder_of(tmp_path / "OLHWDB1.0", 338)
    output = tmp_path / "ink.h5"
    result = build(output, [source], facts=FACTS, workers=workers)
    corpus = Corpus(output)
    assert (result.inks, result.left_out, len(corpus)) == (338 * 4, 0, 338 * 4)
    assert corpus.writers == [f"{n:03}" for n in range(1, 339)]
    assert np.bincount(corpus.splits).tolist() == [336 * 4, 0, 2 * 4]
    assert corpus[-1].to_wire()["strokes"] == ink(338 * 4).to_wire()["strokes"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["OLHWDB1.0", "ink.h5"]


def test_lines_are_read_once_however_a_file_is_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"strokes": [[[n, n]]]}) for n in range(40)]
    source, output = tmp_path / "ink.jsonl", tmp_path / "ink.h5"
    source.write_text("\n".join(lines))
    for chunk in (1, 26, 27, 500, 10**6):
        monkeypatch.setattr(building, "CHUNK", chunk)
        build(output, [source], facts=FACTS, workers=1)
        assert [int(ink.strokes[0].points[0, 0]) for ink in Corpus(output)] == list(range(40))
    source.write_text("\n".join([*lines[:30], "{", *lines[30:]]))
    monkeypatch.setattr(building, "CHUNK", 500)
    with pytest.raises(ValueError, match="line 31: "):
        build(output, [source], facts=FACTS, workers=1)


def test_damaged_records_are_refused_or_left_out_and_reported(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "pots", 2)
    data = bytearray((source / "001.pot").read_bytes())
    size = int.from_bytes(data[:2], "little")
    data[size + 2 : size + 4] = b"\xff\xff"
    (source / "001.pot").write_bytes(data)
    output = tmp_path / "ink.h5"
    output.write_bytes(b"old")
    with pytest.raises(CorpusError, match=r"001\.pot, record 1 at byte .*--skip-damaged"):
        build(output, [source], facts=FACTS)
    assert output.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ink.h5", "pots"]
    result = build(output, [source], facts=FACTS, skip_damaged=True)
    assert (result.inks, result.left_out) == (7, 1)
    lines = list(left_out_lines(result))
    assert lines[0] == "1 records were left out:"
    assert "record 1" in lines[1] and "0xffff" in lines[1]


def test_an_error_says_how_many_records_were_left_out_where_none_is_kept(tmp_path: Path) -> None:
    source, output = folder_of(tmp_path / "pots", 1), tmp_path / "ink.h5"
    (source / "001.pot").write_bytes(b"\xff\x00")
    reason = r"no inks to write to .*: all 1 were left out, as .*001\.pot, record 0 at byte 0: "
    with pytest.raises(CorpusError, match=reason):
        build(output, [source], facts=FACTS, skip_damaged=True)
    assert [path.name for path in tmp_path.iterdir()] == ["pots"]


def test_only_a_build_advises_to_skip_damaged_records(tmp_path: Path) -> None:
    path = tmp_path / "a.pot"
    path.write_bytes(b"\xff\x00")
    with pytest.raises(CorpusError, match=r"a\.pot, record 0 at byte 0: (?!.*skip)"):
        list(read_inks(path))


def test_an_interrupted_run_is_resumed_or_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, output = folder_of(tmp_path / "pots", 5), tmp_path / "ink.h5"
    do = building._do
    seen: list[int] = []

    def interrupted(job: building._Job) -> None:
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(job.number)
        do(job)

    monkeypatch.setattr(building, "_do", interrupted)
    logged: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        build(output, [source], facts=FACTS, workers=1, log=logged.append)
    assert not output.exists()
    assert logged[-1].startswith(f"what is finished is kept in {tmp_path / '.ink.h5.parts'}; the")
    seen.clear()
    assert build(output, [source], facts=FACTS, workers=1, log=logged.append).inks == 20
    assert seen == [3, 4]
    assert "resuming: 3 of 5 parts are done already" in logged
    seen.clear()
    with pytest.raises(KeyboardInterrupt):
        build(output, [source], facts=FACTS, workers=1)
    folder_of(source, 3, inks=2)
    seen.clear()
    monkeypatch.setattr(building, "_do", do)
    assert build(output, [source], facts=FACTS, workers=1, log=logged.append).inks == 3 * 2 + 2 * 4
    assert any(line.startswith("starting again") for line in logged)


@pytest.mark.slow
def test_a_killed_build_leaves_the_old_file_and_the_next_one_completes(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "pots", 60, inks=300)
    output = tmp_path / "ink.h5"
    output.write_bytes(b"old")
    program = "import sys; from service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "data", "build", "corpus", str(source)]
    command += ["-o", str(output), "--workers", "1"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as run:
        parts = tmp_path / ".ink.h5.parts"
        until = time.monotonic() + 60
        while len(list(parts.glob("[0-9]*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.001)
        os.kill(run.pid, signal.SIGKILL)
    assert output.read_bytes() == b"old"
    assert len(list(parts.glob("[0-9]*.json"))) >= 3
    subprocess.run(command, check=True, capture_output=True)
    assert len(Corpus(output)) == 60 * 300
    assert not parts.exists()
