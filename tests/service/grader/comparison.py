"""The answers of both graders to the same jobs, and where they differ."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.ink import Ink
from data.ink.sequence import PREPROCESSING_VERSION
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading.grade import grade
from kanji.grading.so_far import grade_so_far
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import careful_reading, recognize
from service.api.characters import strokes_of
from service.api.pages import lazy_files
from tests.service.grader.drawings import Job, columns, jobs

NODE = shutil.which("node")
PROGRAM = Path(__file__).with_name("parity.mjs")
# One unit of the last decimal that the API sends, by the member of the JSON object.
LAST_DIGITS = {"score": 0.1, "beauty": 0.1, "measures": 0.001, "lines": 0.01, "arrow": 0.01}
ROUNDING = 1e-9  # of the numbers themselves
TOP = 5  # candidates whose probabilities are compared

Json = dict[str, Any]


def javascript_answers(lines: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What the grader of the browser answers to each line, under Node."""
    assert NODE is not None
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    run = subprocess.run(
        [NODE, str(PROGRAM)], input=text, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


class AskedReferences(Mapping[str, Reference]):
    """The references, and which of them were `asked` for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, character: str) -> Reference:
        reference = load_references()[character]
        self.asked.add(character)
        return reference

    def __iter__(self) -> Iterator[str]:
        return iter(load_references())

    def __len__(self) -> int:
        return len(load_references())


def references_of(characters: Iterable[str]) -> list[Json]:
    """The lines that give the grader of the browser these references, as the API sends them."""
    return [
        {
            "kind": "reference",
            "character": one,
            "strokes": json.loads(strokes_of(load_references()[one]).json),
        }
        for one in sorted(characters)
    ]


def opened(labels: Sequence[str], preprocessing: int) -> Json:
    """The line that opens the shipped recognizer."""
    files = {path.suffix: path.name for path in lazy_files()}
    model = {"labels": "".join(labels), "preprocessing": preprocessing}
    return {
        "kind": "open",
        "runtime": files[".js"],
        "wasm": files[".gz"],
        "file": str(SHIPPED.resolve()),
        "model": model,
    }


def read(ink: Ink) -> Ink:
    """The ink as the API reads it."""
    strokes = [(one["x"], one["y"], one.get("t")) for one in columns(ink)]
    return Ink.from_columns(strokes, char=ink.char)


def python_answer(job: Job) -> Json:
    """What Python answers."""
    reference, ink = load_references()[job.character], read(job.ink)
    if job.so_far:
        return grade_so_far(ink, reference, leniency=job.leniency).to_dict()
    return grade(ink, reference, leniency=job.leniency, read_as=job.read_as).to_dict()


def graded(drawn: Sequence[Job]) -> Iterator[tuple[Job, Json, list[str]]]:
    """Each job with Python's answer and the differences of the other, none where they agree."""
    lines = references_of({job.character for job in drawn})
    answers = javascript_answers([*lines, *(job.to_wire() for job in drawn)])[len(lines) :]
    for job, answer in zip(drawn, answers, strict=True):
        own = json.loads(json.dumps(python_answer(job)))
        yield job, own, list(differences(own, answer))


@dataclass(frozen=True)
class Read:
    """Whether both read a drawing as the same character, for the recognizer and for the grader.

    `off`: the largest difference of a probability.
    """

    is_same: bool
    off: float


def readings(count: int, seed: int) -> Iterator[Read]:
    """How alike both recognizers, with the second look, read `count` drawings."""
    return compared([job for job in jobs(2 * count, seed) if not job.so_far][:count])


def compared(drawn: Sequence[Job]) -> Iterator[Read]:
    """How alike both recognizers, with the second look, read these drawings."""
    reader, references = Recognizer.load(), AskedReferences()
    expected = []
    for job in drawn:
        ink = read(job.ink)
        answer = recognize(reader, ink, references, top=TOP)
        expected.append((answer, careful_reading(reader, ink, job.character, references)))
    lines = [opened(reader.labels, PREPROCESSING_VERSION), *references_of(references.asked)]
    for job in drawn:
        wire = {"character": job.character, "strokes": columns(job.ink), "top": TOP}
        lines += [{"kind": "recognize", **wire}, {"kind": "reading", **wire}]
    answers = javascript_answers(lines)[-2 * len(drawn) :]
    for (ours, own), theirs, other in zip(expected, answers[::2], answers[1::2], strict=True):
        best = theirs["candidates"][0]["character"]
        off = [abs(theirs["none"] - ours.none)]
        for one, two in zip(ours.candidates, theirs["candidates"], strict=True):
            off.append(abs(one.probability - two["probability"]))
        yield Read(best == ours.best.character and own == other, max(off))


def differences(python: Any, javascript: Any, where: str = "", unit: float = 0) -> Iterator[str]:
    """Where two JSON values differ by more than the last digit of a number."""
    if isinstance(python, dict) and isinstance(javascript, dict):
        for name in sorted(python.keys() | javascript.keys()):
            own, other = (one.get(name, "nothing") for one in (python, javascript))
            yield from differences(own, other, f"{where}.{name}", LAST_DIGITS.get(name, unit))
    elif isinstance(python, list) and isinstance(javascript, list):
        if len(python) != len(javascript):
            yield f"{where}: {python} in Python, {javascript} in JavaScript"
        for number, (own, other) in enumerate(zip(python, javascript, strict=False)):
            yield from differences(own, other, f"{where}[{number}]", unit)
    elif not _is_same(python, javascript, unit):
        yield f"{where}: {python!r} in Python, {javascript!r} in JavaScript"


def _is_same(python: Any, javascript: Any, unit: float) -> bool:
    if isinstance(python, float) and isinstance(javascript, int | float):
        return abs(python - javascript) <= unit * 1.001 + ROUNDING * abs(python)
    return type(python) is type(javascript) and bool(python == javascript)
