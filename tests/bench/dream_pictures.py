"""The pictures of docs/dream.md: `python -m tests.bench.dream_pictures docs/dream.jpg`

With ImageNet weights, on free photographs of scikit-image.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PIL import Image

from style.config.dream import DreamConfig
from style.dreams.dream import dream
from style.dreams.zoom import iterate_zoom
from style.pictures.files import scaled
from style.runs.progress import run_to_end
from tests.bench.backbones import picture, sheet

SIZE_PX, CELL_PX, COLUMNS = 256, 230, 4
SQUEEZE = {"backbone": "squeezenet1_0"}
BOLD = SQUEEZE | {"smoothing_px": 1.0, "steps": 20}
DREAMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("vgg19 relu5_1, the default", "chelsea", {}),
    ("alexnet relu5", "chelsea", {"backbone": "alexnet"}),
    ("squeezenet1_0 fire5/concat", "chelsea", SQUEEZE | {"layer": "fire5/concat"}),
    ("class jellyfish", "hubble_deep_field", BOLD | {"class_": "jellyfish"}),
    ("class daisy", "rocket", BOLD | {"class_": "daisy"}),
    ("guide: coffee", "chelsea", SQUEEZE | {"layer": "fire7/concat"}),
    ("tenth frame of a zoom", "coffee", BOLD | {"steps": 4, "frames": 10, "zoom": 1.1}),
)


def main() -> None:
    """Writes the sheet."""
    cells = [(_photograph("chelsea"), "the photograph")]
    for text, name, settings in DREAMS:
        config = DreamConfig(**{"size": SIZE_PX, "octaves": 3} | settings)
        guide = _photograph("coffee") if text.startswith("guide") else None
        print(text, file=sys.stderr)
        if config.frames > 1:
            run = iterate_zoom(_photograph(name), config, on_frame=lambda frame: None)
            result = run_to_end(run, None)
        else:
            result = dream(_photograph(name), config, guide=guide)
        cells.append((result.image, text))
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    sheet(rows, CELL_PX).save(Path(sys.argv[1]), quality=85)


def _photograph(name: str) -> Image.Image:
    photograph = picture(name)
    assert photograph, "pip install scikit-image"
    return scaled(photograph.convert("RGB"), SIZE_PX)


if __name__ == "__main__":
    main()
