"""The strokes of a character as an SVG that draws them one after the other, by CSS alone.

It works as the picture of an <img> under any policy that allows the picture: it has no script,
loads nothing, and its style stands within it. Where the system asks for less motion
(prefers-reduced-motion) the finished character stands still, with the numbers of its strokes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.references.reference import Reference
from kanji.brush.strokes import Array

SIDE = 109.0  # of the view box, as in KanjiVG
LINE, GUIDE = 4.2, 3.4  # widths of a stroke as it is drawn, and of its pale guide
NUMBER_PX, NUMBER_BACK = 6.5, 5.2  # size of a number; how far it stands before its stroke's start
STROKE_MS = (100, 5000)  # least and most time of a stroke
DEFAULT_STROKE_MS = 700
PAUSE = 0.35  # of a stroke's time, between two strokes
REST_MS = 1600  # that the finished character stays, before it is drawn again
DIGITS = 2  # behind the point
STYLE = (
    "path{fill:none;stroke-linecap:round;stroke-linejoin:round}"
    f".guide path{{stroke:#9994;stroke-width:{GUIDE}}}"
    f".ink path{{stroke:#222;stroke-width:{LINE};stroke-dasharray:1}}"
    f".number text{{font:{NUMBER_PX}px sans-serif;fill:#b23529;text-anchor:middle}}"
    "@media (prefers-color-scheme:dark){.ink path{stroke:#eee}.number text{fill:#e0766a}}"
)


@dataclass(frozen=True)
class Animation:
    """An SVG, and the style within it, whose hash a Content-Security-Policy can allow."""

    svg: str
    style: str


def animation(
    reference: Reference, *, stroke_ms: int = DEFAULT_STROKE_MS, is_still: bool = False
) -> Animation:
    """The animation of a character. `stroke_ms`: the time of each stroke.

    `is_still`: nothing moves; for browsers that do not tell a picture that less motion is wanted.
    Raises ValueError for a time outside STROKE_MS.
    """
    least, most = STROKE_MS
    if not least <= stroke_ms <= most:
        raise ValueError(f"stroke_ms is {stroke_ms}; allowed: {least} to {most}")
    lines = [SIDE * stroke.points.astype(np.float64) for stroke in reference.strokes]
    guides = "".join(f'<path d="{_path(line)}"/>' for line in lines)
    drawn = "".join(_stroke(number, line) for number, line in enumerate(lines))
    numbers = "".join(_number(number, line) for number, line in enumerate(lines))
    style = STYLE if is_still else STYLE + _motion(len(lines), stroke_ms)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE:g} {SIDE:g}" role="img">'
        f"<title>{reference.character}: {len(lines)} strokes</title>"
        f"<desc>{reference.source}; {reference.licence}</desc>"
        f"<style>{style}</style>"
        f'<g class="guide">{guides}</g><g class="ink">{drawn}</g><g class="number">{numbers}</g>'
        "</svg>"
    )
    return Animation(svg, style)


def _motion(strokes: int, stroke_ms: int) -> str:
    """Each stroke has keyframes of its own, so that all repeat together."""
    pitch = round(stroke_ms * (1 + PAUSE))
    total = pitch * strokes + REST_MS
    frames = "".join(
        _keyframes(n, 100 * n * pitch / total, 100 * (n * pitch + stroke_ms) / total)
        for n in range(strokes)
    )
    return (
        "@media (prefers-reduced-motion:no-preference){"
        f".ink path,.number text{{animation:{total}ms linear infinite}}{frames}}}"
    )


def _keyframes(number: int, start: float, end: float) -> str:
    """A stroke that is drawn from `start` to `end`, in percent, and its number, there from `start`.

    Before `start` the stroke is not only undrawn but invisible, since its round cap would show.
    """
    begun = f"{start + 0.01:.{DIGITS}f}%"
    return (
        f"@keyframes s{number}{{0%,{start:.{DIGITS}f}%{{stroke-dashoffset:1;opacity:0}}"
        f"{begun}{{stroke-dashoffset:1;opacity:1}}"
        f"{end:.{DIGITS}f}%,100%{{stroke-dashoffset:0;opacity:1}}}}"
        f"@keyframes n{number}{{0%,{start:.{DIGITS}f}%{{opacity:0}}{begun},100%{{opacity:1}}}}"
        f".ink .s{number}{{animation-name:s{number}}}"
        f".number .n{number}{{animation-name:n{number}}}"
    )


def _stroke(number: int, line: Array) -> str:
    # With a length of 1 the style needs no attribute of its own, which a strict policy forbids.
    return f'<path class="s{number}" pathLength="1" d="{_path(line)}"/>'


def _number(number: int, line: Array) -> str:
    """The stroke's number, before its start."""
    ahead = line[min(4, len(line) - 1)] - line[0]
    direction = ahead / max(float(np.hypot(*ahead)), 1e-9)
    x, y = (line[0] - NUMBER_BACK * direction).clip(NUMBER_PX / 2, SIDE - NUMBER_PX / 2)
    return f'<text class="n{number}" x="{x:.1f}" y="{y + NUMBER_PX / 3:.1f}">{number + 1}</text>'


def _path(line: Array) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line)
