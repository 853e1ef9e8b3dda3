"""What to tell a learner about each fault: text in English and Japanese, and what to draw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.ink import Ink
from data.references.reference import Reference
from kanji.grading.faults import FAULTS, FAULTS_OF_FORM, StrokeGrade
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, Curve, fit, resample
from kanji.matching.match import Matching, on_wire
from kanji.matching.rings import turned_rings
from kanji.matching.sides import target_of

WHOLE = frozenset({"wrong_character", "unreadable"})  # verdicts on the whole, not on strokes
SURPLUS = frozenset({"extra", "broken"})  # told before what is missing
ENDING_POINTS = 3  # of a line's POINTS, the last ones, which the arrow of an ending spans
NO_LIMIT = 1e9  # stretch of a fit that may rescale each axis as it needs

# `n`: the drawn stroke, `r`: the reference stroke, both counted from 1 here. `direction`: a text of
# PLACES or DIRECTIONS.
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
        "Write stroke {n} the other way, {direction}.",
        "{n}画目は逆向きです。{direction}書きます。",
    ),
    "wrong_place": (
        "Write stroke {n} further {direction}.",
        "{n}画目は、もう少し{direction}に書きます。",
    ),
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
    "slant": (
        "The whole character is turned {direction} by {degrees} degrees: write it upright.",
        "全体が{direction}に{degrees}度傾いています。まっすぐに書きます。",
    ),
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
# Where a stroke should move to, by eighths of a turn: from the right clockwise, as y runs down.
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
# Which way a character is turned: clockwise or not.
TURNS = {True: ("clockwise", "右回り"), False: ("anticlockwise", "左回り")}
# How a stroke runs, by the same eighths.
DIRECTIONS = (
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
    """What to say and to draw about one fault.

    `key`: of TEXTS. `params`: of the key, stroke indexes from 0. `en`, `ja`: the text. `lines`: the
    reference strokes where they would lie on the ink, (P, 2) each. `arrow`: (2, 2), from where to
    where something has to go, or None. Both are in the ink's own coordinates.
    """

    key: str
    params: dict[str, Any]
    en: str
    ja: str
    lines: tuple[Array, ...] = ()
    arrow: Array | None = None

    @property
    def hint(self) -> dict[str, Any]:
        """The key and its parameters, for an app that has its own texts."""
        return {"key": self.key, "params": self.params}

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the API and of `hitsujun grade`."""
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
    slant_degrees: float | None = None,
) -> tuple[Advice, ...]:
    """The advice for a graded drawing, the most serious fault first; empty if nothing is wrong.

    `strokes`: the grades of the drawn strokes. `verdict`: the whole drawing's; for
    `wrong_character` and `unreadable` no stroke has advice. `read_as`: what the recognizer sees.
    `slant_degrees`: by which the whole is turned clockwise, if that is to be told.
    """
    character = reference.character
    faults = [(place, fault) for place, stroke in enumerate(strokes) for fault in stroke.faults]
    if not (faults or matching.missing or slant_degrees or verdict in WHOLE):
        return ()
    lines = _reference_on_ink(ink, reference, matching)
    slant = [_slant_advice(slant_degrees, lines)] if slant_degrees else []
    if verdict in WHOLE:
        params = {"character": character}
        params |= {"read_as": str(read_as)} if verdict == "wrong_character" else {}
        return (_advice(verdict, params, character=character, read_as=read_as), *slant)

    def of(wanted: Collection[str]) -> list[Advice]:
        """Of the faults wanted, the more serious first, then those of the worst stroke."""
        chosen = [(place, fault) for place, fault in faults if fault in wanted]
        chosen.sort(key=lambda pair: _rank(pair[1], strokes[pair[0]]))
        return [_stroke_advice(f, at, ink, strokes[at], lines, character) for at, f in chosen]

    missing = [_missing_advice(n, lines) for n in matching.missing]
    serious = [fault for fault in FAULTS if fault not in FAULTS_OF_FORM | SURPLUS]
    return (*of(SURPLUS), *missing, *of(serious), *slant, *of(FAULTS_OF_FORM))


def _rank(fault: str, stroke: StrokeGrade) -> tuple[int, float]:
    """By which faults are told: the more serious first, and of form those of the worst stroke."""
    if fault in FAULTS_OF_FORM:
        return len(FAULTS), -stroke.excess
    return FAULTS.index(fault), 0.0


def _missing_advice(stroke: int, lines: Sequence[Array]) -> Advice:
    """The advice that a reference stroke is missing; `lines`: all of them on the ink."""
    own = lines[stroke : stroke + 1]
    return _advice("missing", {"reference": stroke}, lines=own, r=stroke + 1)


def _slant_advice(degrees: float, lines: Sequence[Array]) -> Advice:
    """The advice that the whole character is turned; `lines`: the reference upright on the ink."""
    turned = {"degrees": round(degrees)}
    return _advice(
        "slant", turned, lines=lines, direction=TURNS[degrees > 0], degrees=abs(turned["degrees"])
    )


def _stroke_advice(
    fault: str,
    place: int,
    ink: Ink,
    stroke: StrokeGrade,
    lines: Sequence[Array],
    character: str,
) -> Advice:
    """The advice about one fault of the stroke drawn at `place`.

    `lines`: all reference strokes on the ink, or none if no stroke matches.
    """
    params: dict[str, Any] = {"stroke": place, "reference": on_wire(stroke.reference)}
    own_lines = [lines[n] for n in stroke.reference] if lines else []
    arrow, direction = None, ("", "")
    if fault == "wrong_shape" and stroke.ending:
        fault = f"ending_{stroke.ending.wanted}"
        params["drawn"] = stroke.ending.drawn
        arrow = _end_arrow(own_lines[0]) if stroke.ending.wanted != "stop" else None
    if fault == "wrong_direction" and own_lines:
        arrow = np.stack([own_lines[0][0], own_lines[-1][-1]])
        direction = DIRECTIONS[_eighth(arrow[1] - arrow[0])]
    elif fault == "wrong_place" and own_lines and stroke.shift:
        direction = PLACES[_eighth(-np.array(stroke.shift))]
        drawn = resample(ink.strokes[place].points, POINTS)
        arrow = np.stack([drawn.mean(axis=0), np.concatenate(own_lines).mean(axis=0)])
    return _advice(
        fault,
        params,
        lines=own_lines,
        arrow=arrow,
        direction=direction,
        n=place + 1,
        r=stroke.reference[0] + 1 if stroke.reference else None,
        count=len(stroke.reference),
        character=character,
    )


def _advice(
    key: str,
    params: dict[str, Any],
    *,
    lines: Sequence[Array] = (),
    arrow: Array | None = None,
    direction: tuple[str, str] = ("", ""),
    **words: Any,
) -> Advice:
    """The advice of a key; `direction` (English, Japanese) and `words` fill its texts."""
    en, ja = (text.format(direction=direction[n], **words) for n, text in enumerate(TEXTS[key]))
    return Advice(key, params, en, ja, tuple(lines), arrow)


def _reference_on_ink(ink: Ink, reference: Reference, matching: Matching) -> list[Array]:
    """The reference's strokes fitted to the ink by the matches; empty if nothing matches."""
    if not matching.matches:
        return []
    curves = target_of([stroke.points for stroke in reference.strokes])
    drawn, target = [], []
    for match in matching.matches:
        (first, *more), (wanted, *others) = match.drawn, match.reference
        if more or others or wanted in curves.rings:
            curve = np.concatenate([reference.strokes[n].points for n in match.reference])
            points: Curve = np.concatenate([ink.strokes[n].points for n in match.drawn])
            (points,) = turned_rings([points], [curve])
            pair = resample(points, POINTS), resample(curve, POINTS)
        else:
            pair = matching.ink[first], curves.resampled[wanted]
        drawn.append(pair[0][::-1] if match.is_backwards else pair[0])
        target.append(pair[1])
    scale, offset = fit(np.stack(target), np.stack(drawn), stretch=NO_LIMIT)
    return [stroke.points * scale + offset for stroke in reference.strokes]


def _end_arrow(line: Array) -> Array:
    """The last part of a line (P, 2), as an arrow (2, 2)."""
    return resample(line, POINTS)[[-ENDING_POINTS, -1]]


def _eighth(vector: Array) -> int:
    """The direction of a vector (2,) as an index into PLACES and DIRECTIONS."""
    return round(float(np.arctan2(vector[1], vector[0])) / (np.pi / 4)) % 8
