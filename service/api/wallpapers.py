"""Endpoint to order a wallpaper: kanji in brush strokes on a pattern or a photograph."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from flask import request

from data.characters import normal_text
from data.references.store import load_references
from kanji.errors import KanjiError
from service.api.blueprint import Answer, Blueprint, read_json
from service.api.dependencies import dependencies
from service.api.problems import JSON_PROBLEMS
from service.api.queue import next_kanji
from service.api.schemas.jobs import JobStatus
from service.api.schemas.stylizations import Pictures
from service.api.schemas.wallpapers import WallpaperForm, WallpaperOrder, WallpaperRequest
from service.api.settings import deck_of
from service.api.stylizations import ACCEPTED, PROBLEMS, accept, check_room
from service.api.uploads import (
    Parts,
    Reception,
    check_origin,
    receive_form,
    receiving,
    run_limited,
)
from service.errors import InvalidRequest, QueueFull
from service.jobs.compose_request import ComposeRequest

COMPOSE_SECONDS = 60  # wall time after which the process that draws is killed
FILES = {"photo": 1, "style": 1}
FORM: type[WallpaperOrder] = WallpaperForm  # as it is documented; JSON is read as WallpaperRequest

wallpapers = Blueprint("wallpapers", __name__, url_prefix="/v1")


def _read_order(model: type[WallpaperOrder]) -> WallpaperOrder:
    """The form or the JSON of the request, drawn; both are checked before anything is drawn."""
    needs = dependencies()
    if request.mimetype == "application/json":
        order: WallpaperOrder = read_json(WallpaperRequest)
        check_room(needs)
        with receiving(needs.settings) as reception:
            _draw(order, reception, Parts({}, {}))
        return order
    check_origin()
    check_room(needs)
    with receiving(needs.settings) as reception:
        parts = receive_form(reception, FILES, needs.settings, optional=FILES)
        files = {name: given[0] for name, given in parts.files.items()}
        order = model.model_validate(parts.fields | files)
        _draw(order, reception, parts)
    return order


@wallpapers.post(
    "/wallpapers",
    access="style",
    problems=(*JSON_PROBLEMS[:1], *PROBLEMS),
    responses=ACCEPTED,
    also={"application/json": WallpaperRequest},
)
@wallpapers.input(FORM, "form_and_files", read=_read_order)
@wallpapers.output(
    JobStatus, 202, description="the job, which has a preview, or is done where nothing is painted"
)
def wallpaper(form_and_files_data: WallpaperOrder) -> Answer:
    """Have a wallpaper made of your next kanji, or of any"""
    return accept(form_and_files_data)


def _draw(order: WallpaperOrder, reception: Reception, parts: Parts) -> None:
    """Have the wallpaper drawn by a process with limits, and give its files to the order."""
    order.characters = _characters(order)
    order.design(has_photo="photo" in parts.files)
    ink = order.drawn()
    uploads = {name: str(files[0].stream.name) for name, files in parts.files.items()}
    reception.close()
    wanted = ComposeRequest(
        order.without_defaults(),
        str(reception.folder),
        dependencies().settings.max_image_pixels,
        uploads,
        ink.to_wire() if ink else None,
    )
    try:
        answer = run_limited("service.jobs.composer", wanted.text(), most_seconds=COMPOSE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise QueueFull("the machine is too busy to draw; try again in a moment") from error
    for path in uploads.values():
        Path(path).unlink()
    width, height = answer["size"]
    order.hold(
        Pictures(
            reception.folder,
            width,
            height,
            result=answer["result"],
            has_preview=order.is_painted_later,
        )
    )


def _characters(order: WallpaperOrder) -> str:
    """The characters that are named, or one of the deck, or the next of the queue.

    Raises InvalidRequest for one without reference strokes, and for an unknown deck.
    """
    references = load_references()
    if order.characters:
        text = normal_text(order.characters)
        if unknown := [c for c in text if c not in references]:
            named = ", ".join(map(repr, unknown))
            fault = f"there are no strokes for {named}; give kanji or kana"
            raise InvalidRequest(fault, {"characters": fault})
        return text
    if not order.deck:
        return next_kanji()
    try:
        kanji = [one for one in deck_of((order.deck,)) if one in references]
    except KanjiError as error:
        raise InvalidRequest(str(error), {"deck": str(error)}) from error
    return kanji[int(np.random.default_rng(order.seed).integers(len(kanji)))]
