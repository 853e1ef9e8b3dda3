"""Endpoints for drawings: recognize one, grade one."""

from __future__ import annotations

import time
from collections.abc import Collection

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from kanji.errors import RecognizerMissing, UnknownCandidates
from kanji.grading.grade import grade as grade_ink
from kanji.grading.so_far import grade_so_far
from kanji.recognizer.candidates import known_candidates
from kanji.recognizer.recognize import Reader, sure_reading
from kanji.recognizer.second_look import careful_reading
from kanji.recognizer.second_look import recognize as recognize_ink
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint
from service.api.characters import reference_of
from service.api.dependencies import dependencies
from service.api.limits import DRAWINGS
from service.api.metrics import GRADES
from service.api.problems import JSON_PROBLEMS
from service.api.schemas.drawings import (
    MOST_POINTS,
    MOST_STROKES,
    Drawing,
    GradeAnswer,
    GradeRequest,
    Recognition,
    RecognizeRequest,
)
from service.errors import InvalidRequest, TooMuchInk

# What a request may cost is bounded by its ink. Matching 64 one-point strokes takes 80 times as
# long as a normal drawing, and the longest kanji in the references has 30 strokes.
MORE_STROKES = 12  # than the character has; larger = more is graded, and more slowly
SECOND_LOOK_STROKES = 22  # up to which a doubtful reading is compared stroke by stroke

NO_STORE = {"Cache-Control": "no-store"}

drawings = Blueprint("drawings", __name__, url_prefix="/v1")


@drawings.post(
    "/recognize",
    access=PUBLIC,
    limit=DRAWINGS,
    problems=(*JSON_PROBLEMS, "invalid-ink", "too-much-ink", "not-installed"),
)
@drawings.input(RecognizeRequest)
@drawings.output(
    Recognition,
    description="candidates, best first, with probabilities, that of none (no character at all),"
    " and ms",
)
def recognize(json_data: RecognizeRequest) -> Answer:
    """Which character is this?"""
    start = time.perf_counter()
    _check_amount(json_data, MOST_STROKES)
    reader, ink = dependencies().recognizer(), json_data.ink()
    top, candidates = json_data.top, _candidates(reader, json_data.candidates)
    if len(ink.strokes) <= SECOND_LOOK_STROKES:
        recognition = recognize_ink(reader, ink, load_references(), top=top, candidates=candidates)
    else:
        recognition = reader.recognize(ink, top=top, candidates=candidates)
    return recognition.to_dict() | {"ms": _ms_since(start)}, NO_STORE


@drawings.post(
    "/grade",
    access=PUBLIC,
    limit=DRAWINGS,
    problems=(*JSON_PROBLEMS, "unknown-character", "invalid-ink", "too-much-ink", "not-installed"),
)
@drawings.input(GradeRequest)
@drawings.output(
    GradeAnswer,
    description="verdict, score, rating, read_as, faults, measures and ending of each stroke,"
    " missing strokes, hint, advice; with so_far: is_right, strokes, next",
)
def grade(json_data: GradeRequest) -> Answer:
    """How well is this character written?"""
    start = time.perf_counter()
    reference = reference_of(json_data.character)
    _check_amount(json_data, len(reference.strokes) + MORE_STROKES)
    ink = json_data.ink(reference.character)
    if json_data.so_far:
        so_far = grade_so_far(ink, reference, leniency=json_data.leniency)
        body = {"character": reference.character} | so_far.to_dict()
    else:
        read_as = _read_as(ink, reference.character)
        answer = grade_ink(ink, reference, leniency=json_data.leniency, read_as=read_as)
        GRADES.labels(answer.verdict).inc()
        body = answer.to_dict()
    return body | {"ms": _ms_since(start)}, NO_STORE


def _check_amount(drawing: Drawing, most_strokes: int) -> None:
    """Raises TooMuchInk for more strokes or points than can be compared in a short time."""
    strokes = len(drawing.strokes)
    points = sum(len(stroke.x) for stroke in drawing.strokes)
    if strokes > most_strokes or points > MOST_POINTS:
        raise TooMuchInk(
            f"the drawing has {strokes} strokes of {points} points; at most {most_strokes} strokes"
            f" of {MOST_POINTS} points can be compared here"
        )


def _candidates(reader: Reader, chosen: str | list[str] | None) -> Collection[str] | None:
    """The characters of a list or of its name; None for the default. Raises InvalidRequest."""
    if chosen is None:
        return None
    try:
        names = characters(chosen) if isinstance(chosen, str) else chosen
        return known_candidates(names, set(reader.labels))
    except UnknownCandidates as error:
        raise InvalidRequest(str(error)) from error


def _read_as(ink: Ink, target: str) -> str | None:
    """The character that the recognizer is sure of; None also where there is no recognizer."""
    try:
        reader = dependencies().recognizer()
        if len(ink.strokes) <= SECOND_LOOK_STROKES:
            return careful_reading(reader, ink, target, load_references())
        return sure_reading(reader, ink, target)
    except RecognizerMissing:
        return None


def _ms_since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
