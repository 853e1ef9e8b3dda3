"""Has schemathesis try the OpenAPI document on the service: all checks, with links and states."""

from __future__ import annotations

import copy
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from typing import Any
from unittest import mock
from zoneinfo import available_timezones

import requests
import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response, engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events

from data.references.store import load_references
from kanji.practice.hints import HINTS, HintLadder
from kanji.practice.parameters import DEFAULT
from service.api import job_events
from service.api.app import create_app
from service.db.engine import open_engine
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.answering import answering
from tests.service.conftest import FakeReader
from tests.service.decks import collection, package
from tests.service.reviews import uuid7_of

PHASES = ("examples", "coverage", "fuzzing", "stateful")
MOST_EXTRA_STROKES = 12  # of a drawing, than a kanji of one stroke has
DECK = package(collection_anki2=collection(["日"], [(1_793_520_000_000, 1, 3, 4_000)]))
STREAM_SECONDS = 0.2  # of the events of a job
REVIEWS = "POST /v1/reviews"
REVOKE = "DELETE /v1/devices/{device_id}"
OF_JOBS = [f"{method} /v1/jobs/{{job_id}}" for method in ("GET", "DELETE")]
OF_JOBS += [f"GET /v1/jobs/{{job_id}}/{part}" for part in ("result", "preview", "events")]
# Checks by the operations that they do not hold for.
LEFT_OUT = {
    # A bad event is refused by itself; `bad_events_are_refused` checks that.
    "negative_data_rejection": [REVIEWS],
    # A device that starts in one call is a new user's, whose token alone can revoke it.
    "ensure_resource_availability": [REVOKE],
    # DELETE cancels a job, which stays to be looked at as one that is cancelled.
    "use_after_free": OF_JOBS,
}
REFUSALS = ["400", "401", "403", "404", "405", "409", "413", "415", "422"]
WITHOUT_LIMITS: dict[str, Any] = {
    **{"max_waiting_jobs": 10**6, "max_user_jobs": 10**6, "max_job_seconds": 10**9},
    **{one.name: "1000000/second" for one in fields(Settings) if one.name.startswith("limit_")},
}
# The formats that the document names, and JSON Schema does not know.
FORMATS = {
    "kanji": st.sampled_from("日月火水木金土"),
    "review-table": st.just("kanji,date,rating\n日,2026-11-11,good\n"),
    "deck": st.sampled_from(["joyo", "jlpt-5", "grade-1", "frequency-500", "component:氵", "日月"]),
    "time-zone": st.sampled_from(sorted(available_timezones())),
    "uuid7": st.integers(0, 2**128 - 1).map(uuid7_of),
    "layer": st.sampled_from(["relu4_2", "relu5_1"]),
    "imagenet-class": st.sampled_from(["goldfish", "207"]),
    "objective": st.just("relu4_2:20 + 0.5*relu5_1"),
    "dream": st.sampled_from(["none", "auto", "relu4_2"]),
    "style-weights": st.sampled_from(["1", "1,0.5"]),
}


@dataclass
class Report:
    """What a run found. `failures` has a request that shows it by operation and check."""

    cases: int = 0
    answers: dict[str, set[int]] = field(default_factory=dict)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, scenario: events.ScenarioFinished) -> None:
        """Add the requests of a scenario, their answers and what the checks say of them."""
        recorder = scenario.recorder
        self.cases += len(recorder.cases)
        for id, interaction in recorder.interactions.items():
            if interaction.response and id in recorder.cases:
                label = recorder.cases[id].value.operation.label
                self.answers.setdefault(label, set()).add(interaction.response.status_code)
        for id, checks in recorder.checks.items():
            for one in checks:
                if one.failure_info:
                    failure, sample = one.failure_info.failure, one.failure_info.code_sample
                    answer = recorder.interactions[id].response
                    shown = answer.content[:500] if answer else b""
                    place = failure.operation or recorder.label, one.name
                    self.failures.setdefault(place, f"{failure}\n{sample[:3000]}\n-> {shown!r}")


def try_contract(
    address: str, *, seed: int, examples: int, phases: Sequence[str] = PHASES
) -> Report:
    """Send what the document of the service at `address` allows, and what it forbids."""
    _register()
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "suppress-health-check": ["all"],
            "generation": {"max-examples": examples, "database": "none"},
            "phases": {phase: {"enabled": phase in phases} for phase in PHASES},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
            "operations": [
                {"include-name": name, "checks": {check: {"enabled": False}}}
                for check, names in LEFT_OUT.items()
                for name in names
            ],
        }
    )
    schema = schemathesis.openapi.from_url(f"{address}/v1/openapi.json", config=config)
    schema.auth(refresh_interval=None)(_tokens(address))
    report = Report()
    for one in engine.from_schema(schema).execute():
        if isinstance(one, events.ScenarioFinished):
            report.add(one)
        elif isinstance(one, events.NonFatalError):
            report.failures[one.label, "error"] = repr(one.value)
        elif isinstance(one, events.FatalError):
            raise one.exception
    return report


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a service that paints every second job at once."""
    every_second = itertools.cycle([True, False])
    engine = open_engine(settings)
    store = JobStore(engine)

    def enqueue(job_id: str) -> None:
        if next(every_second):
            run_job(job_id, settings=settings, store=store, paint=lambda *_: _picture())

    app = create_app(settings, reader=FakeReader(), enqueue=enqueue)
    with (
        mock.patch.object(job_events, "STREAM_SECONDS", STREAM_SECONDS),
        answering(app, threads=2) as address,
    ):
        yield address
    app.extensions["hitsujun"].engine.dispose()
    engine.dispose()


def _tokens(address: str) -> type[Any]:
    """Gives each request the token of a user, and makes another one where that was deleted."""

    class Tokens:
        headers: dict[str, str] = {}  # noqa: RUF012

        def get(self, case: Case, context: object) -> dict[str, str]:
            if requests.get(f"{address}/v1/devices", headers=self.headers).status_code != 200:
                answer = requests.post(f"{address}/v1/devices", json={}).json()
                self.headers = {"Authorization": f"Bearer {answer['token']}"}
            return self.headers

        def set(self, case: Case, headers: dict[str, str], context: object) -> None:
            case.headers.update(headers)

    return Tokens


@cache
def _register() -> None:
    """Tell schemathesis, once in a process, what the document cannot."""
    for name, values in FORMATS.items():
        schemathesis.openapi.format(name, values)
    for kind in ("png", "jpeg", "webp"):
        schemathesis.openapi.media_type(f"image/{kind}", st.just(_file(kind)))
    schemathesis.openapi.media_type("application/apkg", st.just(DECK))
    schemathesis.serializer("application/apkg", "text/csv")(_as_it_is)
    schemathesis.hook("before_call")(repair)
    schemathesis.check(bad_events_are_refused)


def repair(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Make a body hold the rules between fields, which JSON Schema cannot express."""
    is_allowed = case.meta and case.meta.generation.mode == GenerationMode.POSITIVE
    rule = RULES.get(case.operation.label)
    if is_allowed and rule and isinstance(case.body, dict):
        case.body = rule(copy.deepcopy(case.body))
        case._record_starting_state()  # else a body with a file counts as forbidden from now on


def bad_events_are_refused(ctx: CheckContext, response: Response, case: Case) -> None:
    """An event that breaks its schema is refused, and no other."""
    is_answer = f"{case.method} {case.path}" == REVIEWS and response.status_code == 200
    if not is_answer or case.meta is None:
        return
    is_allowed = case.meta.generation.mode == GenerationMode.POSITIVE
    reasons = [one["reason"] for one in response.json()["results"] if one["status"] == "refused"]
    unexpected = [reason for reason in reasons if "another event was stored" not in reason]
    assert bool(unexpected) != is_allowed, f"allowed: {is_allowed}, refused: {reasons}"


def _drawing(body: Any) -> Any:
    """Columns of a stroke have one length; a drawing has not many strokes more than the kanji."""
    for stroke in body["strokes"]:
        count = len(stroke["x"])
        for name in ("y", "t", "pressure"):
            if stroke.get(name) is not None:
                stroke[name] = ((stroke[name] or [0]) * count)[:count]
    body["strokes"] = body["strokes"][:MOST_EXTRA_STROKES]
    return body


def _recognition(body: Any) -> Any:
    """The candidates can be recognized; FakeReader knows three."""
    if body.get("candidates"):
        body["candidates"] = ["一", "二"]
    return _drawing(body)


def _settings(body: Any) -> Any:
    """Hints and misses grow, a vacation ends after it begins, and parameters have bounds."""
    if body.get("parameters"):
        body["parameters"]["values"] = list(DEFAULT.values)
    hints = body.get("hints", {})
    misses = {hints.get(name, default) for name, default in asdict(HintLadder()).items()} - {None}
    if hints:
        hints |= dict.fromkeys(HINTS) | dict(zip(HINTS, sorted(misses), strict=False))
    ratings = body.get("ratings", {})
    if "again_misses" in ratings or "hard_misses" in ratings:
        both = [ratings.get("hard_misses", 1), ratings.get("again_misses", 3)]
        ratings["hard_misses"], ratings["again_misses"] = sorted(both)
    body |= {"vacations": [sorted(pair) for pair in body.get("vacations", [])]}
    return body


def _style(body: Any) -> Any:
    """Pictures as style, and as many weights; one of two ways to say what stays of the content.

    The method neighbours has no loss of statistics, and weighs all styles alike. A fast style
    paints while the request waits, so it is left to tests of its own.
    """
    body.pop("fast", None)
    _weigh_content_once(body)
    if body.get("method") == "neighbours":
        body.pop("style_loss", None)
    given = body.get("style") or body["content"]
    styles = body["style"] = given[:2] if isinstance(given, list) else [given]
    if "style_weights" in body:
        body["style_weights"] = ",".join(["1"] * len(styles))
    return body | {"backbone": "vgg19"}


def _weigh_content_once(body: Any) -> None:
    if body.get("content_weight") is not None:
        body.pop("strength", None)


def _dream(body: Any) -> Any:
    """One thing to dream of, which the backbone has."""
    wanted = [name for name in ("objective", "class", "layer", "channel") if name in body]
    for name in wanted[1:]:
        del body[name]
    if "channel" in body:  # of relu5_1
        body["channel"] %= 512
    return body | {"backbone": "squeezenet1_1" if "class" in body else "vgg19"}


def _reviews(body: Any) -> Any:
    """A kanji is one that has strokes, and an ink has columns of one length."""
    for event in body["events"]:
        if event.get("ink"):
            event["ink"] = _drawing(event["ink"])
        for name in {"kanji", "read_as"} & event.keys():
            known = event[name] is None or event[name] in load_references()
            event[name] = event[name] if known else "日"
    return body


def _wallpaper(body: Any) -> Any:
    """A deck excludes characters, which have strokes; a drawing is of one; sizes are of phones.

    One of two ways says what stays of the ground. A fast style paints while the request waits, so
    it is left to tests of its own.
    """
    body |= {"size": "320x640"}
    for name in ("deck", "fast"):
        body.pop(name, None)
    _weigh_content_once(body)
    if body.get("characters") or body.get("strokes"):
        body["characters"] = "一"
    return _drawing(body) if body.get("strokes") else body


RULES: dict[str, Callable[[Any], Any]] = {
    "POST /v1/grade": _drawing,
    "POST /v1/recognize": _recognition,
    "PATCH /v1/settings": _settings,
    REVIEWS: _reviews,
    "POST /v1/stylizations": _style,
    "POST /v1/dreams": _dream,
    "POST /v1/wallpapers": _wallpaper,
}


def _as_it_is(context: object, value: Any) -> bytes:
    """How a file is sent that is no JSON."""
    value = getattr(value, "data", value)  # schemathesis wraps bytes
    return value if isinstance(value, bytes) else str(value).encode()


def _file(kind: str) -> bytes:
    file = io.BytesIO()
    _picture().save(file, kind)
    return file.getvalue()


def _picture() -> Image.Image:
    return Image.new("RGB", (32, 32), "red")
