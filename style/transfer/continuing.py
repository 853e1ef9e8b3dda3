"""Where a painting begins that continues from a picture: at the size from which that pays.

Style losses are relative to that of the content. Of tubingen painted in the Starry Night (VGG-19,
256 px): 0.05 there and 0.17 at 128 px; the one painted at 128 px and enlarged 0.42; in another
style 2.5; the photograph 1. Content losses: 0.8 of all paintings, 2.3 of the style picture itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from style.transfer.painting import Painting
from style.transfer.previous_frame import PreviousFrame

PAINTED = 0.3  # style loss below which a picture is painted; larger = begins later, and paints less
RECOGNISED = 1.2  # content loss below which a picture shows the content; larger = begins later


def begin_where_it_pays(painting: Painting) -> None:
    """Leaves out the sizes before the last one at which the first picture is painted already.

    Coarser ones would only undo what it has, as a small picture has no fine strokes. A picture
    that is painted at no size, such as a photograph, begins at the first. So do an automatic dream,
    which looks for room at a small size, and neighbours, which are sought from coarse to fine.
    """
    if painting.recipe.free_layers or painting.recipe.is_matched:
        return
    for scale in reversed(range(1, len(painting.sizes))):
        if _is_painted(painting, scale):
            painting.sizes = painting.sizes[scale:]
            return


def _is_painted(painting: Painting, scale: int) -> bool:
    criterion = painting.criterion(scale)
    start = criterion.evaluate(painting.picture_at(scale))
    untouched = criterion.evaluate(criterion.pictures[0])
    return start["style"] < PAINTED * untouched["style"] and start["content"] < RECOGNISED


def continue_from(
    painting: Painting, previous: PreviousFrame, weights: Mapping[str, float]
) -> None:
    """Paints a frame of a film from the frame before: at its last size only, with these weights.

    `weights` are by term; that of the content is no longer sought.
    """
    painting.sizes = painting.sizes[-1:]
    painting.picture, painting.previous, painting.balance = previous.picture, previous, None
    for term, weight in weights.items():
        painting.recipe = painting.recipe.with_weight(term, weight)
