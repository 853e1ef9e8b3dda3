"""What to tell a learner about each fault: words in English and Japanese, and what to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.faults import FAULTS, StrokeGrade
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, fit, resample
from kanji.matching.match import Matching, on_wire

LAST_PART = 3  # of a line's POINTS, which an arrow of its ending runs along

# Strokes count from 1 here. `way` is filled by the tables below.
TEXTS = {
    "extra": ("Stroke {n} is not part of {character}.", "{n}画目は「{character}」にはありません。"),
    "broken": (
        "Stroke {n} goes on where your pen was lifted: write it as one stroke.",
        "{n}画目は、途中で筆を離さず一画で書きます。",
    ),
    "merged": (
        "Your stroke {n} is {count} strokes: lift the pen between them.",
        "{n}画目は、筆を離して{count}画に分けて書きます。",
    ),
    "wrong_order": (
        "What you wrote as stroke {n} is stroke {r}.",
        "{n}番目に書いた線は、{r}画目に書きます。",
    ),
    "wrong_direction": (
        "Write stroke {n} the other way, {way}.",
        "{n}画目は逆向きです。{way}書きます。",
    ),
    "wrong_place": ("Write stroke {n} further {way}.", "{n}画目は、もう少し{way}に書きます。"),
    "wrong_shape": (
        "Stroke {n} has another shape: follow the line.",
        "{n}画目の形が違います。線をなぞってみましょう。",
    ),
    "ending_stop": (
        "End stroke {n} with a stop: let the pen rest before you lift it.",
        "{n}画目の終わりは、とめます。",
    ),
    "ending_hook": (
        "End stroke {n} with a hook: turn back before you lift the pen.",
        "{n}画目の終わりは、はねます。",
    ),
    "ending_sweep": (
        "End stroke {n} with a sweep: lift the pen while it moves.",
        "{n}画目の終わりは、はらいます。",
    ),
    "too_short": ("Stroke {n} is too short.", "{n}画目が短すぎます。"),
    "too_long": ("Stroke {n} is too long.", "{n}画目が長すぎます。"),
    "missing": ("Stroke {r} is missing.", "{r}画目がありません。"),
    "wrong_character": (
        "This looks like {read_as}, not {character}.",
        "「{character}」ではなく「{read_as}」に見えます。",
    ),
    "unreadable": (
        "This cannot be read as {character}.",
        "「{character}」とは読めません。",
    ),
}
# By eighths of a turn, from the right clockwise, y down: where a stroke should move to.
PLACES = (
    ("to the right", "右"),
    ("down and to the right", "右下"),
    ("down", "下"),
    ("down and to the left", "左下"),
    ("to the left", "左"),
    ("up and to the left", "左上"),
    ("up", "上"),
    ("up and to the right", "右上"),
)
# The same eighths: how a stroke runs.
COURSES = (
    ("from left to right", "左から右へ"),
    ("from the top left to the bottom right", "左上から右下へ"),
    ("from top to bottom", "上から下へ"),
    ("from the top right to the bottom left", "右上から左下へ"),
    ("from right to left", "右から左へ"),
    ("from the bottom right to the top left", "右下から左上へ"),
    ("from bottom to top", "下から上へ"),
    ("from the bottom left to the top right", "左下から右上へ"),
)


@dataclass(frozen=True, eq=False)
class Advice:
    """One fault told. `params`: of the key, strokes from 0; `en`, `ja`: the words.

    `lines`: the wanted strokes where they would lie on the ink, (P, 2) each in the ink's own
    coordinates; `arrow`: (2, 2), from where to where something has to go, or None.
    """

    key: str
    params: dict[str, Any]
    en: str
    ja: str
    lines: tuple[Array, ...] = ()
    arrow: Array | None = None

    @property
    def hint(self) -> dict[str, Any]:
        return {"key": self.key, "params": self.params}

    def to_dict(self) -> dict[str, Any]:
        """As the API and `hitsujun grade` answer."""
        return {
            **self.hint,
            "text": {"en": self.en, "ja": self.ja},
            "lines": [np.round(line, 2).tolist() for line in self.lines],
            "arrow": None if self.arrow is None else np.round(self.arrow, 2).tolist(),
        }


def advise(
    ink: Ink,
    reference: Reference,
    matching: Matching,
    strokes: Sequence[StrokeGrade],
    *,
    verdict: str,
    read_as: str | None = None,
) -> tuple[Advice, ...]:
    """What there is to say, the gravest first; nothing where nothing is wrong."""
    character = reference.character
    if verdict == "wrong_character":
        params = {"character": character, "read_as": read_as}
        return (_told(verdict, params, character=character, read_as=read_as),)
    if verdict == "unreadable":
        return (_told(verdict, {"character": character}, character=character),)
    if not matching.missing and not any(stroke.faults for stroke in strokes):
        return ()
    wanted = _on_ink(ink, reference, matching)
    faults = [(fault, place) for place, one in enumerate(strokes) for fault in one.faults]
    told = [
        _of_stroke(fault, place, ink, strokes[place], wanted, character)
        for fault, place in sorted(faults, key=lambda pair: FAULTS.index(pair[0]))
    ]
    missing = [
        _told("missing", {"reference": n}, lines=wanted[n : n + 1], r=n + 1)
        for n in matching.missing
    ]
    # What is too much is told before what lacks; all else after.
    first = [one for one in told if one.key in ("extra", "broken")]
    return (*first, *missing, *told[len(first) :])


def _of_stroke(
    fault: str,
    place: int,
    ink: Ink,
    stroke: StrokeGrade,
    wanted: Sequence[Array],
    character: str,
) -> Advice:
    params: dict[str, Any] = {"stroke": place, "reference": on_wire(stroke.reference)}
    lines = [wanted[n] for n in stroke.reference] if wanted else []
    arrow, way = None, ("", "")
    if fault == "wrong_shape" and stroke.ending:
        fault = f"ending_{stroke.ending.wanted}"
        params["drawn"] = stroke.ending.drawn
        arrow = _tip(lines[0]) if stroke.ending.wanted != "stop" else None
    if fault == "wrong_direction" and lines:
        arrow = np.stack([lines[0][0], lines[-1][-1]])
        way = COURSES[_eighth(arrow[1] - arrow[0])]
    elif fault == "wrong_place" and lines and stroke.shift:
        way = PLACES[_eighth(-np.array(stroke.shift))]
        drawn = resample(ink.strokes[place].points, POINTS)
        arrow = np.stack([drawn.mean(axis=0), np.concatenate(lines).mean(axis=0)])
    return _told(
        fault,
        params,
        lines=lines,
        arrow=arrow,
        way=way,
        n=place + 1,
        r=stroke.reference[0] + 1 if stroke.reference else None,
        count=len(stroke.reference),
        character=character,
    )


def _told(
    key: str,
    params: dict[str, Any],
    *,
    lines: Sequence[Array] = (),
    arrow: Array | None = None,
    way: tuple[str, str] = ("", ""),
    **words: Any,
) -> Advice:
    en, ja = (text.format(way=way[n], **words) for n, text in enumerate(TEXTS[key]))
    return Advice(key, params, en, ja, tuple(lines), arrow)


def _on_ink(ink: Ink, reference: Reference, matching: Matching) -> list[Array]:
    """The reference's strokes where they would lie on the ink, by what matches; none of nothing."""
    drawn, wanted = [], []
    for found in matching.matches:
        points = np.concatenate([ink.strokes[n].points for n in found.drawn])
        curve = np.concatenate([reference.strokes[n].points for n in found.reference])
        drawn.append(resample(points[::-1] if found.is_backwards else points, POINTS))
        wanted.append(resample(curve, POINTS))
    if not drawn:
        return []
    scale, offset = fit(np.stack(wanted), np.stack(drawn), stretch=1e9)
    return [stroke.points * scale + offset for stroke in reference.strokes]


def _tip(line: Array) -> Array:
    """The last part of a line, as an arrow."""
    return resample(line, POINTS)[[-LAST_PART, -1]]


def _eighth(ahead: Array) -> int:
    return round(float(np.arctan2(ahead[1], ahead[0])) / (np.pi / 4)) % 8
