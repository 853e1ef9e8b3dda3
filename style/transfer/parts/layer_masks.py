"""Masks of a whole picture at the size of each layer's map, where only parts of it are computed."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.nn import functional

from style.backbones.receptive_field import ReceptiveField
from style.transfer.extractor import Extractor
from style.transfer.parts.tiles import tiles


class LayerMasks:
    """Scales each mask once. The sizes of the maps follow from those of the picture's last tile."""

    def __init__(
        self,
        extract: Extractor,
        layers: Mapping[str, float],
        fields: Mapping[str, ReceptiveField],
        longest: int,
    ) -> None:
        self.extract, self.layers, self.fields, self.longest = extract, layers, fields, longest
        self._scaled: dict[torch.Tensor, dict[str, torch.Tensor]] = {}

    def of(self, mask: torch.Tensor, layer: str) -> torch.Tensor:
        """A mask (1, 1, H, W) at the size of a layer's map of the whole picture."""
        if mask not in self._scaled:
            self._scaled[mask] = {
                name: functional.interpolate(mask, size=size, mode="area")
                for name, size in self._sizes(*mask.shape[2:]).items()
            }
        return self._scaled[mask][layer]

    @torch.no_grad()
    def _sizes(self, height: int, width: int) -> dict[str, tuple[int, int]]:
        """Height and width of each layer's map of a picture."""
        last = tiles(width, height, longest=self.longest, fields=self.fields.values())[-1]
        blank = torch.zeros(1, 3, height, width, device=self.extract.device)
        features = self.extract(last.seen(blank), self.layers)
        sizes = {}
        for name, one in features.items():
            stride = self.fields[name].stride
            own = last.own(one, stride)
            sizes[name] = (
                last.down.placed(stride).start + own.shape[2],
                last.across.placed(stride).start + own.shape[3],
            )
        return sizes
