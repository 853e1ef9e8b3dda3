"""Read KanjiVG: centre lines, stroke types, components and variants from its SVG files.

Format: https://kanjivg.tagaini.net/svg-format.html. The files come from the PyPI package
`kanjivg`, which installs them into `site-packages/kanji/`, beside our package of that name; so
they are found through the package's metadata. `XXXXX.svg` is named by code point, `XXXXX-Name.svg`
is a variant. A variant with the same strokes in another order is an accepted order, any other
variant an accepted form. `data.references.consistency` says which of them are not believed.
Copyright Ulrich Apel.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, distribution
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from data.assignment import least_cost_assignment
from data.errors import CorpusError, ReferenceMissing
from data.ink.geometry import distances, resample
from data.references.alternatives import BORROWED_FORMS, REVERSED_STROKES, alternatives
from data.references.component_orders import (
    Order,
    OrderedCharacter,
    Rules,
    completed_orders,
    learned_orders,
)
from data.references.consistency import contradicts_type, is_disordered, with_sound_types
from data.references.reference import Component, Reference, ReferenceStroke
from data.references.svg_path import polylines

BOX = 109.0  # side of KanjiVG's view box
LICENCE = "CC BY-SA 3.0"
FILES_A_LINE = 3000  # of progress: a line takes some seconds
FORM_POINTS = 24  # of each stroke of a form; enough for grading
SAME_STROKE = 0.05  # mean distance in the unit box; larger = more variants count as orders

_NAME = re.compile(r"([0-9a-f]{5})(?:-(\w+))?\.svg")
_ORDERED = re.compile(r"(?:Hz|Vt|Md|Mid|Le|Ten|Ri|Dg)(?:Fst|Lst|Le|Ri|\d+)")  # VtFst, LeRi, Ten3

Strokes = tuple[ReferenceStroke, ...]


class KanjiVG:
    """The references of the installed package, iterated in the order of code points.

    `log`: receives a line each time that some thousand files have been read. Raises
    ReferenceMissing where the package is not installed.
    """

    def __init__(self, log: Callable[[str], None] = lambda _: None) -> None:
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
        self._read: dict[str, OrderedCharacter] = {}
        self._svgs: dict[Path, tuple[Strokes, Component]] = {}  # each is asked for several times
        self._log = log

    def __iter__(self) -> Iterator[Reference]:
        return (self.reference(character) for character in self._files)

    def __len__(self) -> int:
        return len(self._files)

    def reference(self, character: str) -> Reference:
        """A character's reference. Raises ReferenceMissing where KanjiVG has no file for it."""
        if character not in self._files:
            raise ReferenceMissing(f"{self.source} has no strokes for {character!r}")
        own = self._ordered(character)
        strokes, components = own.strokes, own.components
        orders = completed_orders(own, self._component_orders, alternatives(components))
        accepted = (tuple(range(len(strokes))), *orders)
        forms = (
            *self._forms(character, accepted),
            *self._borrowed(character),
            *self._reversed(character),
        )
        return Reference(
            character,
            strokes,
            orders=tuple(orders),
            components=components,
            source=self.source,
            licence=LICENCE,
            order_sources=tuple(orders.values()),
            forms=forms,
        )

    def sha256(self) -> str:
        """The sha256 of the names and contents of all files, sorted by name."""
        digest = hashlib.sha256()
        paths = (path for files in self._files.values() for path in files.values())
        for path in sorted(paths, key=lambda path: path.name):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def _component_orders(self) -> Rules:
        """The orders of components that hold in every character; reads all files once."""
        return learned_orders(self._ordered(character) for character in self._files)

    def _svg(self, path: Path) -> tuple[Strokes, Component]:
        if path not in self._svgs:
            self._svgs[path] = read_svg(path)
            if len(self._svgs) % FILES_A_LINE == 0:
                count = sum(map(len, self._files.values()))
                self._log(f"read {len(self._svgs)} of {count} files of {self.source}")
        return self._svgs[path]

    def _ordered(self, character: str) -> OrderedCharacter:
        """A character with the orders of its variants; each is read once."""
        if character not in self._read:
            files = self._files[character]
            strokes, components = self._svg(files[""])
            strokes = with_sound_types(strokes)
            orders = dict(self._variant_orders(files, strokes))
            orders.pop(tuple(range(len(strokes))), None)
            self._read[character] = OrderedCharacter(character, strokes, components, orders)
        return self._read[character]

    def _variant_orders(
        self, files: dict[str, Path], strokes: Strokes
    ) -> Iterator[tuple[Order, str]]:
        """The orders of the variants with the same strokes, each with its source."""
        for variant in sorted(name for name in files if _ORDERED.search(name)):
            order = matching_order(self._svg(files[variant])[0], strokes)
            if order is not None:
                yield order, f"{self.source}, {files[variant].name}"

    def _forms(self, character: str, accepted: Collection[Order]) -> Iterator[Reference]:
        """The variants with other strokes, each shape once.

        `accepted`: the character's orders. A variant that contradicts them is left out.
        """
        files, strokes = self._files[character], self._ordered(character).strokes
        shapes = [strokes]
        for variant in sorted(name for name in files if name):
            drawn, components = self._svg(files[variant])
            if any(matching_order(drawn, other) is not None for other in shapes):
                continue
            if not _ORDERED.search(variant) and is_disordered(drawn, strokes, accepted):
                continue
            shapes.append(drawn)
            source = f"{self.source}, {files[variant].name}"
            coarse = tuple(
                ReferenceStroke(resample(s.points, FORM_POINTS).astype(np.float32), s.type)
                for s in with_sound_types(drawn)
            )
            yield Reference(character, coarse, (), components, source, LICENCE)

    def contradictions(self, characters: Iterable[str] | None = None) -> Iterator[str]:
        """What is left out because it contradicts something, a line each.

        `characters`: all by default.
        """
        for character in self._files if characters is None else characters:
            files = self._files[character]
            reference = self.reference(character)
            accepted = (tuple(range(len(reference.strokes))), *reference.orders)
            for variant in sorted(files):
                drawn, _ = self._svg(files[variant])
                name = f"{files[variant].name}, {character}"
                is_form = variant and not _ORDERED.search(variant)
                if is_form and is_disordered(drawn, reference.strokes, accepted):
                    yield f"{name}: its strokes are those of the main form in another order"
                for number, stroke in enumerate(drawn, start=1):
                    if contradicts_type(stroke):
                        yield f"{name}: stroke {number} does not run as its type {stroke.type}"

    def _borrowed(self, character: str) -> Iterator[Reference]:
        """The forms with parts of other characters, fitted to the parts that they replace."""
        for form in BORROWED_FORMS:
            if form.character != character:
                continue
            own, donor = self._ordered(character), self._ordered(form.donor)
            replaced = {
                n
                for part in own.components.walk()
                for n in part.strokes
                if not form.replaced or part.element in form.replaced
            }
            part = next(part for part in donor.components.walk() if part.element == form.element)
            first = min(replaced)
            drawn = _fitted(
                [donor.strokes[n] for n in part.strokes], [own.strokes[n] for n in replaced]
            )
            kept = [n for n in range(len(own.strokes)) if n not in replaced]
            before = tuple(own.strokes[n] for n in kept if n < first)
            after = tuple(own.strokes[n] for n in kept if n > first)
            strokes = (*before, *drawn, *after)
            yield Reference(character, strokes, source=form.source, licence=LICENCE)

    def _reversed(self, character: str) -> Iterator[Reference]:
        """The forms with a stroke that begins at its other end."""
        own = self._ordered(character)
        for form in REVERSED_STROKES:
            if form.character == character:
                strokes = list(own.strokes)
                stroke = strokes[form.stroke]
                strokes[form.stroke] = ReferenceStroke(stroke.points[::-1].copy(), stroke.type)
                yield Reference(character, tuple(strokes), (), own.components, form.source, LICENCE)


def _fitted(drawn: Sequence[ReferenceStroke], strokes: Sequence[ReferenceStroke]) -> Strokes:
    """`drawn`, moved and stretched into the bounding box of `strokes`."""
    ours, theirs = (np.concatenate([s.points for s in group]) for group in (drawn, strokes))
    scale = np.ptp(theirs, axis=0) / np.ptp(ours, axis=0)
    low = theirs.min(axis=0) - ours.min(axis=0) * scale
    return tuple(
        ReferenceStroke((s.points * scale + low).astype(np.float32), s.type) for s in drawn
    )


def read_svg(path: Path) -> tuple[Strokes, Component]:
    """The strokes in order and the component tree of a file.

    Raises CorpusError where it is not an SVG file or has no strokes.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise CorpusError(f"{path}: not an SVG file: {error}") from error
    group = root.find("{*}g/{*}g")
    if group is None:
        raise CorpusError(f"{path} has no group of strokes")
    nodes = [node for node in group.iter() if _local(node.tag) == "path"]
    if not nodes:
        raise CorpusError(f"{path} has no strokes")
    lines = polylines([node.get("d", "") for node in nodes])
    strokes = tuple(
        ReferenceStroke(line / np.float32(BOX), _kvg(node, "type") or "")
        for node, line in zip(nodes, lines, strict=True)
    )
    return strokes, _component(group, count())


def matching_order(drawn: Strokes, canonical: Strokes) -> Order | None:
    """The canonical index of each drawn stroke, or None where the strokes are not the same.

    The cost of a pair is the mean distance of points evenly spaced along both strokes in pen
    order, so a reversed stroke is a different one. In the assignment of least cost, no pair may
    have a distance above SAME_STROKE.
    """
    if len(drawn) != len(canonical):
        return None
    ours, theirs = (np.stack([resample(s.points) for s in group]) for group in (drawn, canonical))
    cost = distances(ours, theirs)
    rows, columns = least_cost_assignment(cost)
    if cost[rows, columns].max() > SAME_STROKE:
        return None
    return tuple(int(column) for column in columns)


def _component(group: ElementTree.Element, numbers: Iterator[int]) -> Component:
    """The component of an SVG group; takes a number from `numbers` for each stroke."""
    own, parts = list[int](), []
    for node in group:
        if _local(node.tag) == "g":
            parts.append(_component(node, numbers))
            own += parts[-1].strokes
        elif _local(node.tag) == "path":
            own.append(next(numbers))
    element, position, radical = (_kvg(group, n) for n in ("element", "position", "radical"))
    return Component(element, tuple(own), tuple(parts), position, radical)


def _kvg(node: ElementTree.Element, name: str) -> str | None:
    """The attribute `kvg:name`, whatever the namespace: it differs between releases."""
    for key, value in node.items():
        if _local(key) == name and key[0] == "{":
            return value
    return None


@cache
def _local(tag: str) -> str:
    """A name without its namespace. There are few names, which are asked for very often."""
    return tag.rpartition("}")[2]
