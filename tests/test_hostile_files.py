"""Every reader of files meets mutated ones: it reads them, or raises an error of its package.

A seeded short part runs here; `make torture` runs it longer (HITSUJUN_TORTURE files for each
reader), together with `tests.bench.fuzz`, which mutates the binary formats of `data`. No read may
take more than SECONDS of CPU or let the process grow by more than GROWTH_MB.
"""

import gzip
import io
import json
import os
import resource
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save

from data.content import text_of
from data.corpora.files import read_inks
from data.errors import CorpusError, DataError
from data.pictures.opened_photo import opened_photo
from data.references.kanjivg import read_svg
from data.references.makemeahanzi import read_references
from kanji.errors import KanjiError
from kanji.practice.days import Days
from kanji.practice.log import read_log
from kanji.recognizer.recognize import SHIPPED, Recognizer
from service.errors import ServiceError
from service.imports.apkg import read_apkg
from service.imports.csv_file import read_csv
from service.imports.export_file import read_export
from service.imports.imported import UnreadableFile
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.errors import StyleError
from style.pictures.files import open_picture
from tests.bench.fuzz import mutated
from tests.service.decks import collection, package
from tests.style.backbones.weights.test_caffe import caffemodel

FILES = int(os.environ.get("HITSUJUN_TORTURE", "25"))  # mutated, for each reader
SEED = 1
SECONDS = 10.0
GROWTH_MB = 500
ERRORS = (DataError, KanjiError, StyleError, ServiceError, UnreadableFile)

INK = b'{"strokes": [[[0, 0], [90, 1]], [[5, 5]]], "char": "\xe4\xb8\x80", "writer": "ann"}\n'
INKML = b"""<ink xmlns="http://www.w3.org/2003/InkML">
<traceGroup><annotation type="truth">x</annotation><trace>0 0, 9 1, 5 5</trace></traceGroup></ink>
"""
UNIPEN = b""".VERSION 1.0
.COORD X Y
.SEGMENT CHARACTER 0 ? "x"
.PEN_DOWN
1 2
3 4
.PEN_UP
"""
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:kvg="http://kanjivg.tagaini.net">
<g><g kvg:element="x">
<path kvg:type="y" d="M10,10c5,5,9,9,20,0"/><path d="M1,1l3,3S4,1,4,0"/></g></g></svg>"""
GRAPHICS = b'{"character": "\xe4\xb8\x80", "medians": [[[0, 0], [9, 9]]]}\n'
EVENT = {"kind": "skip", "id": "00000000-0000-0000-0000-000000000001"}
EVENT |= {"at": "2026-11-01T08:00:00+00:00", "kanji": "一"}
CSV = b"kanji,date,rating\n\xe6\x97\xa5,2026-11-02,good\n"
DECK = package(collection_anki2=collection(["一\x1fone"], [(1_790_000_000_000, 1, 3, 4000)]))


def _picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(file, kind)
    return file.getvalue()


def _tarball() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        data = b'{"medians": [[[0, 0], [9, 9]]]}'
        info = tarfile.TarInfo("package/一.json")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def _weights() -> dict[str, torch.Tensor]:
    return {"features.0.weight": torch.zeros(4, 3, 3, 3), "features.0.bias": torch.zeros(4)}


def _pickled() -> bytes:
    file = io.BytesIO()
    torch.save(_weights(), file)
    return file.getvalue()


def _import(path: Path) -> object:
    return import_weights(path, facts_of("squeezenet1_1"))


def _load_recognizer(path: Path) -> object:
    return Recognizer.load.__wrapped__(Recognizer, path)  # not cached by its path


CAFFE = {"conv1_1": (np.zeros((4, 3, 3, 3), np.float32), np.zeros(4, np.float32))}
# By name: the suffix, a valid file, and what reads it.
READERS: dict[str, tuple[str, Callable[[], bytes], Callable[[Path], object]]] = {
    **{
        f"picture {kind}": (f".{kind.lower()}", lambda kind=kind: _picture(kind), open_picture)
        for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
    },
    "photo": (".jpg", lambda: _picture("JPEG"), lambda path: opened_photo(path, str(path))),
    "jsonl": (".jsonl", lambda: INK, lambda path: list(read_inks(path))),
    "inkml": (".inkml", lambda: INKML, lambda path: list(read_inks(path))),
    "unipen": (".unipen", lambda: UNIPEN, lambda path: list(read_inks(path))),
    "svg": (".svg", lambda: SVG, read_svg),
    "graphics.txt": (".txt", lambda: GRAPHICS, lambda path: list(read_references(path))),
    "tarball": (".tgz", _tarball, lambda path: list(read_references(path))),
    "log": (".jsonl", lambda: json.dumps(EVENT).encode(), lambda path: list(read_log(path))),
    "export": (
        ".json",
        lambda: json.dumps({"events": [EVENT]}).encode(),
        lambda path: read_export(path.read_bytes()),
    ),
    "csv": (".csv", lambda: CSV, lambda path: read_csv(path.read_bytes(), Days())),
    "apkg": (".apkg", lambda: DECK, read_apkg),
    "safetensors": (".safetensors", lambda: save(_weights()), _import),
    "caffemodel": (".caffemodel", lambda: caffemodel(CAFFE), _import),
    "pth": (".pth", _pickled, _import),
    "recognizer.onnx": (".onnx", SHIPPED.read_bytes, _load_recognizer),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore")  # of libraries about what they read
def test_a_mutated_file_is_read_or_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    suffix, valid, read = READERS[name]
    original, generator = valid(), np.random.default_rng(SEED)
    path = tmp_path / f"hostile{suffix}"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(FILES):
        path.write_bytes(mutated(original, generator))
        start = time.process_time()
        try:
            read(path)
        except ERRORS:
            pass
        except Exception as error:
            raise AssertionError(f"{name}, seed {SEED}, file {number}: {error!r}") from error
        assert time.process_time() - start < SECONDS, number
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < GROWTH_MB * 1024


def test_an_unmutated_file_of_each_kind_of_ink_and_reference_is_read(tmp_path: Path) -> None:
    for name in (
        "jsonl",
        "inkml",
        "unipen",
        "svg",
        "graphics.txt",
        "tarball",
        "log",
        "apkg",
        "csv",
    ):
        suffix, valid, read = READERS[name]
        path = tmp_path / f"valid{suffix}"
        path.write_bytes(valid())
        assert read(path), name


def test_an_svg_with_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "M0,0l1,1"}">' for n in range(12)
    )
    path = tmp_path / "bomb.svg"
    path.write_text(
        f'<!DOCTYPE svg [{entities}]><svg xmlns="x"><g><g><path d="&e11;"/></g></g></svg>', "utf-8"
    )
    start = time.process_time()
    with pytest.raises(CorpusError):
        read_svg(path)
    assert time.process_time() - start < SECONDS


def test_a_tarball_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tgz"
    header = tarfile.TarInfo("package/一.json")
    header.size = 1 << 31
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(header.tobuf())
        for _ in range(64):
            file.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError):
        list(read_references(path))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_MB * 1024


@pytest.mark.parametrize("head", [b"", b"hello", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize("read", [open_picture, text_of])
def test_an_endless_file_is_not_read_to_its_end(
    tmp_path: Path, head: bytes, read: Callable[[Path], object]
) -> None:
    path = tmp_path / "endless"  # as /dev/zero
    path.write_bytes(head)
    os.truncate(path, 1 << 40)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(ERRORS):
        read(path)
    assert time.process_time() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_MB * 1024
