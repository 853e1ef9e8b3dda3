"""An objective of a picture that does not fit into memory at once.

Gram matrices and means are sums over positions, and so is the content's loss. A first pass takes
them tile by tile and keeps no more; the losses' slopes by them, small matrices, then say what each
position of each tile is pulled by, and a second pass takes the tiles one at a time there and back.
Each sees as far beyond its own as the network looks, so that the result is that of the whole.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property

import torch

from style.backbone import Backbone
from style.config import StylizeConfig
from style.losses import EPSILON, variation_loss
from style.objective import Objective
from style.progress import Losses
from style.reach import Reach, reaches
from style.regions import Place
from style.shares import weights
from style.statistics import Statistics, pooled, statistics
from style.tiles import Tile, tiles

Features = dict[str, torch.Tensor]
Key = tuple[int, str]  # the number of a target, and a layer
Pull = tuple[torch.Tensor, torch.Tensor]


class TiledObjective(Objective):
    """As `Objective`, by tiles of at most `longest` pixels a side, in turn on each of `devices`."""

    def __init__(
        self,
        network: Backbone,
        content: torch.Tensor,
        styles: Sequence[torch.Tensor],
        *,
        config: StylizeConfig,
        autocast: bool,
        longest: int,
        devices: Sequence[torch.device] = (),
        places: Sequence[Place] = (),
        wanted: Sequence[Mapping[str, Statistics]] = (),
    ) -> None:
        self.longest = longest
        devices = devices or [content.device]
        self.networks = [
            network if device == network.mean.device else copy.deepcopy(network).to(device)
            for device in devices
        ]
        super().__init__(
            network, content, styles, config=config, autocast=autocast, places=places, wanted=wanted
        )

    def evaluated(self, image: torch.Tensor) -> Losses:
        """The terms and their weighted total; leaves the total's gradient in `image.grad`."""
        cut = self._tiles(image)
        with torch.no_grad():
            parts = [self._sums(tile.seen(image), tile, n) for n, tile in enumerate(cut)]
        whole = {key: _whole([part[0][key] for part in parts]) for key in parts[0][0]}
        style, pulls = self._pulls(whole)
        content = torch.stack([part[1] for part in parts]).sum()
        picture = image.detach().requires_grad_()
        terms = {"style": style, "content": content, "variation": variation_loss(picture)}
        (slope,) = torch.autograd.grad(self.config.variation_weight * terms["variation"], picture)
        for number, tile in reversed(list(enumerate(cut))):
            tile.seen(slope).add_(self._pulled(tile.seen(image), tile, number, pulls).to(slope))
        image.grad = slope if self.painted is None else slope * self.painted
        terms["total"] = self.total(terms)
        return {name: float(term.detach()) for name, term in terms.items()}

    @cached_property
    def reaches(self) -> dict[str, Reach]:
        """By layer. Raises ConfigError where one looks at the whole picture."""
        return reaches(self.network, self.layers)

    @torch.no_grad()
    def _contents(self, content: torch.Tensor) -> dict[str, torch.Tensor]:
        """What each tile is to keep, in `self.kept`: nothing of the whole."""
        names = set(self.content_shares)
        own = [
            self._own(tile.seen(content), tile, number, names)
            for number, tile in enumerate(self._tiles(content))
        ]
        self.kept = [{name: f.contiguous() for name, f in one.items()} for one in own]
        self.scales = {name: self._scale(name) for name in names}
        return {}

    def _scale(self, name: str) -> float:
        """What the squared differences from the content are divided by."""
        every = [one[name].float() for one in self.kept]
        return sum(float(one.square().sum()) + EPSILON * one.numel() for one in every)

    @torch.no_grad()
    def _wanted(
        self, styles: Sequence[torch.Tensor], places: Sequence[Place]
    ) -> list[dict[str, Statistics]]:
        shares = weights(self.config.style_weights) or [1.0] * len(styles)
        found = [
            self._statistics(style, [place.styles.get(index) for place in places])
            for index, style in enumerate(styles)
        ]
        return [
            {
                name: pooled(
                    [found[index][number, name] for index in place.styles],
                    [shares[index] for index in place.styles],
                )
                for name in self.style_shares
            }
            for number, place in enumerate(places)
        ]

    def _statistics(
        self, image: torch.Tensor, masks: Sequence[torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """By the number of a mask and by layer."""
        names = set(self.style_shares)
        parts = [
            self._moments(self._own(tile.seen(image), tile, number, names), tile, number, masks)
            for number, tile in enumerate(self._tiles(image))
        ]
        return {key: _whole([part[key] for part in parts]) for key in parts[0]}

    def _moments(
        self, own: Features, tile: Tile, at: int, masks: Sequence[torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """Of a tile's own features, under each of the masks of the whole."""
        found = {}
        for number, mask in enumerate(masks):
            for name in self.style_shares:
                here = (
                    None if mask is None else self._part(mask, tile, at, name).to(own[name].device)
                )
                found[number, name] = self._here(statistics(own[name], here))
        return found

    def _part(self, mask: torch.Tensor, tile: Tile, number: int, name: str) -> torch.Tensor:
        """Of a mask of the whole what lies over a tile's own features of a layer."""
        return tile.own(tile.seen(mask), 1)

    def _tiles(self, image: torch.Tensor) -> list[Tile]:
        height, width = image.shape[2:]
        return tiles(width, height, longest=self.longest, reaches=self.reaches.values())

    def _own(self, seen: torch.Tensor, tile: Tile, number: int, names: set[str]) -> Features:
        """A tile's own features, on the device whose turn it is."""
        network = self.networks[number % len(self.networks)]
        found = self._features(seen.to(network.mean.device), names, network)
        return {name: tile.own(f, self.reaches[name].stride) for name, f in found.items()}

    def _sums(
        self, seen: torch.Tensor, tile: Tile, number: int
    ) -> tuple[dict[Key, Statistics], torch.Tensor]:
        """A tile's statistics, and its part of the content's loss."""
        own, kept = self._own(seen, tile, number, self.layers), self.kept[number]
        content = []
        for name, share in self.content_shares.items():
            wanted = kept[name].to(own[name].device).float()
            apart = (own[name].float() - wanted).square().sum()
            content.append(share * apart / self.scales[name])
        found = self._moments(own, tile, number, [target.mask for target in self.targets])
        return found, torch.stack(content).sum().to(self.network.mean.device)

    def _here(self, found: Statistics) -> Statistics:
        device = self.network.mean.device
        return Statistics(found.gram.to(device), found.mean.to(device), found.positions)

    def _pulls(self, whole: dict[Key, Statistics]) -> tuple[torch.Tensor, dict[Key, Pull]]:
        """The style's loss, and its slopes by the whole's moments, a position."""
        leaves = [m.requires_grad_() for found in whole.values() for m in (found.gram, found.mean)]
        losses = [
            share * target.share * self.apart(whole[number, name], target.styles[name])
            for name, share in self.style_shares.items()
            for number, target in enumerate(self.targets)
        ]
        style = torch.stack(losses).sum()
        slopes = torch.autograd.grad(style, leaves, materialize_grads=True, allow_unused=True)
        pairs = zip(whole.items(), slopes[::2], slopes[1::2], strict=True)
        pulls = {key: (g / found.positions, m / found.positions) for (key, found), g, m in pairs}
        return style.detach(), pulls

    def _pulled(
        self, seen: torch.Tensor, tile: Tile, number: int, pulls: dict[Key, Pull]
    ) -> torch.Tensor:
        """The slope of style and content by what a tile sees."""
        seen = seen.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(self._weighed(seen, tile, number, pulls), seen)
        return slope

    def _weighed(
        self, seen: torch.Tensor, tile: Tile, number: int, pulls: dict[Key, Pull]
    ) -> torch.Tensor:
        """What has the slope of style and content by what a tile sees."""
        found, content = self._sums(seen, tile, number)
        style = [
            found[key].positions * ((gram * found[key].gram).sum() + mean @ found[key].mean)
            for key, (gram, mean) in pulls.items()
        ]
        total = self.config.style_weight * torch.stack(style).sum()
        return total + self.config.content_weight * content


def _whole(parts: Sequence[Statistics]) -> Statistics:
    return pooled(parts, [part.positions for part in parts])
