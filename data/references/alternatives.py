"""Stroke orders and forms that are accepted in addition to a reference set's own.

Each names its source. To accept another one, add it here; do not loosen a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.references.component_orders import ComponentOrder, Move, Order
from data.references.reference import Component


@dataclass(frozen=True)
class Alternative:
    """Another order of a component's strokes.

    `order`: at each drawn position, the index of the stroke in the component. `position`: where
    the component must stand in its character, None for anywhere.
    """

    element: str
    position: str | None
    order: Order
    source: str


# The guide names 上 点 店 取 最 職 厳 必 発 登 感 盛 馬 無 興. Those of 上 感 盛 are added
# here, the others are KanjiVG's, or follow from those of a component. That 上 is on the list,
# with its short level stroke first or second: https://uranaru.jp/topic/1033049. That the guide
# calls no other usual order wrong: https://suzuribako.com/stroke-order. No page that we could
# read shows the two orders of 感 and 盛; the level stroke of 戊 first is the usual other one.
GUIDE = "文部省, 筆順指導の手びき (1958), 5: 広く用いられる筆順が2つ以上あるもの"

ALTERNATIVES = (
    Alternative(
        "糸",
        "left",
        (0, 1, 2, 4, 3, 5),
        "糸偏 left, middle, right: other Japanese references (KanjiVG: middle, left, right)",
    ),
    Alternative("上", None, (1, 0, 2), f"{GUIDE}, 上: the short level stroke first"),
    Alternative("咸", None, (1, 0, 2, 3, 4, 5, 6, 7, 8), f"{GUIDE}, 感: the level stroke first"),
    Alternative("成", None, (1, 0, 2, 3, 4, 5), f"{GUIDE}, 盛: the level stroke first"),
)


APPENDIX = "常用漢字表 (2010), 字体についての解説, 第2の3: 字体の違いに及ぶもの"


@dataclass(frozen=True)
class BorrowedForm:
    """Another form of `character`, with strokes of the character `donor`.

    They are those of the donor's part `element`, the whole donor where they are equal. They stand
    in place of the parts `replaced` of `character`, or of all its strokes where this is empty.
    """

    character: str
    donor: str
    element: str
    source: str
    replaced: tuple[str, ...] = ()


# KanjiVG has variants for the appendix's other characters, but none for 恣.
BORROWED_FORMS = (
    BorrowedForm("牙", "芽", "牙", "牙 of five strokes, as in 芽: the first count of KANJIDIC2"),
    BorrowedForm("塡", "填", "填", f"{APPENDIX}, 塡 written as 填"),
    BorrowedForm("剝", "剥", "剥", f"{APPENDIX}, 剝 written as 剥"),
    BorrowedForm("頰", "頬", "頬", f"{APPENDIX}, 頰 written as 頬"),
    BorrowedForm("𠮟", "叱", "叱", "常用漢字表 (2010), 字体についての解説, 第1の2(4): 𠮟 and 叱"),
    BorrowedForm("嗅", "臭", "臭", f"{APPENDIX}, 嗅 with 大", ("臭", "犬")),
    BorrowedForm("箋", "浅", "戋", f"{APPENDIX}, 箋 with the right part of 浅", ("戔",)),
    BorrowedForm("喩", "愉", "俞", f"{APPENDIX}, 喩 with the right part of 愉", ("兪",)),
)


@dataclass(frozen=True)
class ReversedStroke:
    """A stroke of `character`, by its index, that may begin at its other end."""

    character: str
    stroke: int
    source: str


# KanjiVG writes the first stroke of ヒ from left to right, and that of 匕, of the same shape, from
# right to left.
REVERSED_STROKES = (
    ReversedStroke("ヒ", 0, "KanjiVG, 05315: the first stroke as in 匕, from right to left"),
    ReversedStroke("匕", 0, "KanjiVG, 030d2: the first stroke as in ヒ, from left to right"),
)


def alternatives(components: Component) -> Iterator[Move]:
    """The strokes of each component to which ALTERNATIVES gives an order, with this order."""
    for part in components.walk():
        for other in ALTERNATIVES:
            if part.element != other.element or len(part.strokes) != len(other.order):
                continue
            if other.position in (part.position, None):
                yield part.strokes, ComponentOrder(other.order, other.source)
