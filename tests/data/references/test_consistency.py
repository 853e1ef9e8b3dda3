"""Tests of data.references.consistency."""

from __future__ import annotations

import numpy as np
import pytest

from data.references.consistency import contradicts_type, is_disordered, with_sound_types
from data.references.reference import ReferenceStroke


def line(start: tuple[float, float], end: tuple[float, float], kind: str = "") -> ReferenceStroke:
    return ReferenceStroke(np.array([start, end], np.float32), kind)


@pytest.mark.parametrize(
    ("end", "kind", "is_wrong"),
    [
        ((1, 0), "㇐", False),
        ((1, -0.2), "㇒", True),
        ((-1, 1), "㇒", False),
        ((0, 1), "㇐a", True),
        ((0, 1), "㇐b/㇑", False),
        ((-1, 0.5), "㇔", False),
        ((1, 0), "㇆", False),
        ((1, 0), "", False),
    ],
)
def test_a_stroke_runs_as_its_type(end: tuple[float, float], kind: str, is_wrong: bool) -> None:
    stroke = line((0, 0), end, kind)
    assert contradicts_type(stroke) is is_wrong
    assert with_sound_types([stroke])[0].type == ("" if is_wrong else kind)


def test_a_variant_is_disordered_where_its_strokes_are_reordered() -> None:
    main = [line((0.1 * n, 0), (0.1 * n, 1)) for n in (0, 4, 9)]
    canonical = (0, 1, 2)
    swapped = [main[1], main[0], main[2]]
    assert is_disordered(swapped, main, [canonical])
    assert not is_disordered(swapped, main, [canonical, (1, 0, 2)])
    assert not is_disordered(main, main, [canonical])
    assert not is_disordered(swapped[:2], main, [canonical])
    turned = [line((0.4, 1), (0.4, 0)), *swapped[1:]]
    assert not is_disordered(turned, main, [canonical])
