"""KanjiVG: centre lines, stroke types, components and variants from its SVG files.

Format: https://kanjivg.tagaini.net/svg-format.html. The files come from the PyPI package
`kanjivg`, which lays them into `site-packages/kanji/`, beside our package of that name; so they
are read by owner. `XXXXX.svg` is named by code point, `XXXXX-Name.svg` is a variant; a variant
with the same strokes in another order is an accepted order, any other an accepted form. Copyright
Ulrich Apel.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from scipy.optimize import linear_sum_assignment

from data.errors import CorpusError, ReferenceMissing
from data.ink.geometry import distances, resample
from data.references.alternatives import BORROWED, Order, alternatives
from data.references.reference import Component, Reference, ReferenceStroke
from data.references.svg_path import polyline

BOX = 109.0  # side of KanjiVG's view box
LICENCE = "CC BY-SA 3.0"
FORM_POINTS = 24  # of a stroke of a form, enough to grade by
SAME_STROKE = 0.05  # mean distance in the unit box; larger = more variants give orders

_NAME = re.compile(r"([0-9a-f]{5})(?:-(\w+))?\.svg")
_ORDERED = re.compile(r"(?:Hz|Vt|Md|Mid|Le|Ten|Ri)(?:Fst|Lst|Le|Ri|\d+)")  # VtFst, LeRi, Ten3

Strokes = tuple[ReferenceStroke, ...]


class KanjiVG:
    """The installed package, iterated by code point. Raises ReferenceMissing where it is not."""

    def __init__(self) -> None:
        try:
            package = distribution("kanjivg")
        except PackageNotFoundError as error:
            raise ReferenceMissing(
                "the package kanjivg is not installed: pip install kanjivg"
            ) from error
        self.source = f"KanjiVG {package.version}"
        files: dict[str, dict[str, Path]] = defaultdict(dict)
        for file in package.files or ():
            match = _NAME.fullmatch(file.name)
            if match and file.parent.name == "kanji":
                path = Path(str(package.locate_file(file)))
                files[chr(int(match[1], 16))][match[2] or ""] = path
        self._files = {c: files[c] for c in sorted(files) if "" in files[c]}

    def __iter__(self) -> Iterator[Reference]:
        return (self.reference(character) for character in self._files)

    def __len__(self) -> int:
        return len(self._files)

    def reference(self, character: str) -> Reference:
        """The strokes of a character. Raises ReferenceMissing where there is no file for it."""
        if character not in self._files:
            raise ReferenceMissing(f"{self.source} has no strokes for {character!r}")
        files = self._files[character]
        strokes, components = read_svg(files[""])
        orders = dict(self._variant_orders(files, strokes))
        for order, source in alternatives(components, len(strokes)):
            orders.setdefault(order, source)
        orders.pop(tuple(range(len(strokes))), None)
        found, sources = tuple(orders), tuple(orders.values())
        forms = (*self._forms(character, files, strokes), *self._borrowed(character, strokes))
        return Reference(
            character, strokes, found, components, self.source, LICENCE, sources, forms
        )

    def sha256(self) -> str:
        """The sha256 of all files' names and bytes in the order of their names."""
        digest = hashlib.sha256()
        paths = (path for files in self._files.values() for path in files.values())
        for path in sorted(paths, key=lambda path: path.name):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def _variant_orders(
        self, files: dict[str, Path], strokes: Strokes
    ) -> Iterator[tuple[Order, str]]:
        for variant in sorted(name for name in files if _ORDERED.search(name)):
            order = matching_order(read_svg(files[variant])[0], strokes)
            if order is not None:
                yield order, f"{self.source}, {files[variant].name}"

    def _forms(
        self, character: str, files: dict[str, Path], strokes: Strokes
    ) -> Iterator[Reference]:
        """The variants that are no order of the same strokes, each shape once."""
        known = [strokes]
        for variant in sorted(name for name in files if name):
            drawn, components = read_svg(files[variant])
            if all(matching_order(drawn, other) is None for other in known):
                known.append(drawn)
                source = f"{self.source}, {files[variant].name}"
                coarse = tuple(
                    ReferenceStroke(resample(s.points, FORM_POINTS).astype(np.float32), s.type)
                    for s in drawn
                )
                yield Reference(character, coarse, (), components, source, LICENCE)

    def _borrowed(self, character: str, strokes: Strokes) -> Iterator[Reference]:
        """The forms that stand in other characters, laid on the box of this one's strokes."""
        for form in BORROWED:
            if form.character != character:
                continue
            whole, tree = read_svg(self._files[form.of][""])
            part = next(part for part in tree.walk() if part.element == form.element)
            drawn = _laid_on([whole[n] for n in part.strokes], strokes)
            yield Reference(character, drawn, source=form.source, licence=LICENCE)


def _laid_on(drawn: Sequence[ReferenceStroke], strokes: Strokes) -> Strokes:
    """`drawn`, moved and stretched so that its bounding box is that of `strokes`."""
    ours, theirs = (np.concatenate([s.points for s in group]) for group in (drawn, strokes))
    scale = np.ptp(theirs, axis=0) / np.ptp(ours, axis=0)
    low = theirs.min(axis=0) - ours.min(axis=0) * scale
    return tuple(
        ReferenceStroke((s.points * scale + low).astype(np.float32), s.type) for s in drawn
    )


def read_svg(path: Path) -> tuple[Strokes, Component]:
    """The strokes in order and the component tree of a file; raises CorpusError."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise CorpusError(f"{path}: not an SVG file: {error}") from error
    strokes: list[ReferenceStroke] = []
    group = root.find("{*}g/{*}g")
    if group is None:
        raise CorpusError(f"{path}: has no group of strokes")
    components = _component(group, strokes)
    if not strokes:
        raise CorpusError(f"{path}: has no strokes")
    return tuple(strokes), components


def matching_order(drawn: Strokes, canonical: Strokes) -> Order | None:
    """The canonical index of each drawn stroke, or None where the strokes are not the same.

    A pair costs the mean distance between points evenly spaced along both, in pen order, so that
    a reversed stroke is another stroke. The assignment of least cost counts where no pair of it
    is further apart than SAME_STROKE.
    """
    if len(drawn) != len(canonical):
        return None
    ours, theirs = (np.stack([resample(s.points) for s in group]) for group in (drawn, canonical))
    cost = distances(ours, theirs)
    rows, columns = linear_sum_assignment(cost)
    if cost[rows, columns].max() > SAME_STROKE:
        return None
    return tuple(int(column) for column in columns)


def _component(group: ElementTree.Element, strokes: list[ReferenceStroke]) -> Component:
    first, parts = len(strokes), []
    for node in group:
        if _local(node.tag) == "g":
            parts.append(_component(node, strokes))
        elif _local(node.tag) == "path":
            points = polyline(node.get("d", "")) / np.float32(BOX)
            strokes.append(ReferenceStroke(points, _kvg(node, "type") or ""))
    held = tuple(range(first, len(strokes)))
    names = (_kvg(group, name) for name in ("element", "position", "radical"))
    element, position, radical = names
    return Component(element, held, tuple(parts), position, radical)


def _kvg(node: ElementTree.Element, name: str) -> str | None:
    """An attribute `kvg:name`: the address behind the prefix differs between releases."""
    return next((v for key, v in node.items() if key[0] == "{" and _local(key) == name), None)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
