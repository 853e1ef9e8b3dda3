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
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.receptive_field import ReceptiveField, receptive_fields
from style.config.layer_weights import weights
from style.config.stylize import StylizeConfig
from style.dreams.objectives import Objective as Dream
from style.errors import ConfigError
from style.losses.functional import EPSILON, variation_loss
from style.losses.statistics import Statistics, pooled, statistics
from style.runs.progress import Losses
from style.transfer.criterion import Objective
from style.transfer.inner_dream import PaintedDream
from style.transfer.parts.partial_sums import Key, Pulls, Sums, whole
from style.transfer.parts.tiles import Tile, tiles
from style.transfer.region_weights import Place

Features = dict[str, torch.Tensor]


class TiledObjective(Objective):
    """As `Objective`, by tiles of at most `longest` pixels a side, in turn on each of `devices`.

    Raises ConfigError for a dream of one place, and for one that is still to be found.
    """

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
        dream: PaintedDream | None = None,
        places: Sequence[Place] = (),
        wanted: Sequence[Mapping[str, Statistics]] = (),
    ) -> None:
        self.longest, self.terms = longest, dream.wanted.terms if dream else ()
        self._masks: dict[torch.Tensor, dict[str, torch.Tensor]] = {}
        devices = devices or [content.device]
        self.networks = [
            network if device == network.mean.device else copy.deepcopy(network).to(device)
            for device in devices
        ]
        super().__init__(
            network, content, styles,
            config=config, autocast=autocast, dream=dream, places=places, wanted=wanted,
        )  # fmt: skip

    def evaluated(self, image: torch.Tensor) -> Losses:
        """The terms and their weighted total; leaves the total's gradient in `image.grad`."""
        terms, pulls = self._pulls(self._summed(image))
        picture = image.detach().requires_grad_()
        terms["variation"] = variation_loss(picture)
        (slope,) = torch.autograd.grad(self.config.variation_weight * terms["variation"], picture)
        for number, tile in reversed(list(enumerate(self._tiles(image)))):
            tile.seen(slope).add_(self._pulled(tile.seen(image), tile, number, pulls).to(slope))
        image.grad = slope if self.painted is None else slope * self.painted
        terms["total"] = self.total(terms)
        return {name: float(term.detach()) for name, term in terms.items()}

    def fall_asleep(self, image: torch.Tensor) -> None:
        """Begins the dream anew; `auto` is what was found at a smaller size."""
        wanted = self._coming
        assert wanted
        self.terms = wanted.terms
        found = self._summed(image)
        style = self._style(found.moments)
        level = self._level({"style": float(style), "content": float(found.content)})
        self.dream = PaintedDream(wanted, [float(seen) for seen, _ in found.terms], level=level)

    def dreamt(self, image: torch.Tensor) -> list[float]:
        """As of `Objective`."""
        return [float(seen) for seen, _ in self._summed(image).terms]

    @cached_property
    def reaches(self) -> dict[str, ReceptiveField]:
        """By layer. Raises ConfigError where one looks at the whole picture."""
        return receptive_fields(
            self.network, self.layers | (self._coming.layers if self._coming else set())
        )

    @cached_property
    def _coming(self) -> Dream | None:
        """The dream that there is or will be."""
        wanted = self._named or (self.dream.wanted if self.dream else None)
        if self.config.dream == "auto" and not wanted:
            raise ConfigError(
                "dream is auto, which looks for room in a whole picture, and max_memory holds not"
                " even the smallest of this painting: give more, or name a layer to dream in"
            )
        for term in wanted.terms if wanted else ():
            if not term.is_mean:
                raise ConfigError(
                    f"dream has {term.name}, a place in the whole picture, which max_memory or"
                    " several devices cut into parts: leave out the place, or paint it whole"
                )
        return wanted

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
        return whole(parts)

    def _moments(
        self, own: Features, tile: Tile, at: int, masks: Sequence[torch.Tensor | None]
    ) -> dict[Key, Statistics]:
        """Of a tile's own features, under each of the masks of the whole."""
        found = {}
        for number, mask in enumerate(masks):
            for name in self.style_shares:
                here = None
                if mask is not None:
                    scaled = self._by_layer(mask)[name]
                    here = self._part(scaled, tile, at, name).to(own[name].device)
                found[number, name] = self._here(statistics(own[name], here))
        return found

    def _part(self, mask: torch.Tensor, tile: Tile, number: int, name: str) -> torch.Tensor:
        """Of a layer's mask what lies over a tile's own features."""
        return tile.placed(mask, self.reaches[name].stride)

    @torch.no_grad()
    def _by_layer(self, mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """A mask of a whole picture at the size of each layer's map, which its last tile tells."""
        if mask not in self._masks:
            height, width = mask.shape[2:]
            last = tiles(width, height, longest=self.longest, reaches=self.reaches.values())[-1]
            seen = last.seen(self.network.mean.new_zeros(1, 3, height, width))
            self._masks[mask] = {
                name: functional.interpolate(
                    mask,
                    size=(
                        last.down.placed(stride).start + last.own(one, stride).shape[2],
                        last.across.placed(stride).start + last.own(one, stride).shape[3],
                    ),
                    mode="area",
                )
                for name, one in self._features(seen, set(self.style_shares)).items()
                for stride in [self.reaches[name].stride]
            }
        return self._masks[mask]

    def _tiles(self, image: torch.Tensor) -> list[Tile]:
        height, width = image.shape[2:]
        return tiles(width, height, longest=self.longest, reaches=self.reaches.values())

    def _own(self, seen: torch.Tensor, tile: Tile, number: int, names: set[str]) -> Features:
        """A tile's own features, on the device whose turn it is."""
        network = self.networks[number % len(self.networks)]
        found = self._features(seen.to(network.mean.device), names, network)
        return {name: tile.own(f, self.reaches[name].stride) for name, f in found.items()}

    @torch.no_grad()
    def _summed(self, image: torch.Tensor) -> Sums:
        """Of the whole, tile by tile."""
        cut = enumerate(self._tiles(image))
        return Sums.of([self._sums(tile.seen(image), tile, number) for number, tile in cut])

    def _sums(self, seen: torch.Tensor, tile: Tile, number: int) -> Sums:
        """A tile's statistics, its part of the content's loss, and what it has of the dream."""
        names = self.layers | {term.layer for term in self.terms}
        own, kept = self._own(seen, tile, number, names), self.kept[number]
        device = self.network.mean.device
        content = []
        for name, share in self.content_shares.items():
            wanted = kept[name].to(own[name].device).float()
            apart = (own[name].float() - wanted).square().sum()
            content.append(share * apart / self.scales[name])
        found = self._moments(own, tile, number, [target.mask for target in self.targets])
        terms = [
            (term.measure(own[term.layer]).to(device), own[term.layer][0, 0].numel())
            for term in self.terms
        ]
        return Sums(found, torch.stack(content).sum().to(device), terms)

    def _here(self, found: Statistics) -> Statistics:
        device = self.network.mean.device
        return Statistics(found.gram.to(device), found.mean.to(device), found.positions)

    def _pulls(self, found: Sums) -> tuple[dict[str, torch.Tensor], Pulls]:
        """The losses but the variation's, and their slopes."""
        moments = [m for one in found.moments.values() for m in (one.gram, one.mean)]
        for moment in moments:
            moment.requires_grad_()
        style = self._style(found.moments)
        slopes = torch.autograd.grad(style, moments, materialize_grads=True, allow_unused=True)
        pairs = zip(found.moments.items(), slopes[::2], slopes[1::2], strict=True)
        pulled = {key: (g / one.positions, m / one.positions) for (key, one), g, m in pairs}
        terms = {"style": style.detach(), "content": found.content}
        if not self.dream:
            return terms, Pulls(pulled, [])
        seen = [mean.requires_grad_() for mean, _ in found.terms]
        dream = self.dream.loss(seen)
        slopes = torch.autograd.grad(dream, seen)
        counts = [positions for _, positions in found.terms]
        drawn = [float(slope) / count for slope, count in zip(slopes, counts, strict=True)]
        return terms | {"dream": dream.detach()}, Pulls(pulled, drawn)

    def _style(self, moments: dict[Key, Statistics]) -> torch.Tensor:
        """The style's loss."""
        losses = [
            share * target.share * self.apart(moments[number, name], target.styles[name])
            for name, share in self.style_shares.items()
            for number, target in enumerate(self.targets)
        ]
        return torch.stack(losses).sum()

    def _pulled(self, seen: torch.Tensor, tile: Tile, number: int, pulls: Pulls) -> torch.Tensor:
        """The slope of all but the variation by what a tile sees."""
        seen = seen.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(self._weighed(seen, tile, number, pulls), seen)
        return slope

    def _weighed(self, seen: torch.Tensor, tile: Tile, number: int, pulls: Pulls) -> torch.Tensor:
        """What has the slope of all but the variation by what a tile sees."""
        own = self._sums(seen, tile, number)
        style = [
            found.positions * ((gram * found.gram).sum() + mean @ found.mean)
            for key, (gram, mean) in pulls.moments.items()
            for found in [own.moments[key]]
        ]
        dream = [
            pull * positions * mean
            for pull, (mean, positions) in zip(pulls.terms, own.terms, strict=True)
        ]
        total = self.config.style_weight * torch.stack(style).sum()
        total = total + self.config.content_weight * own.content
        return total + self.config.dream_weight * torch.stack(dream).sum() if dream else total
