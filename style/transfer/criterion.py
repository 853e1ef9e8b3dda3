"""What a painting is measured by: the losses of a picture against its content and its styles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import torch

from style.backbones.backbone import Backbone
from style.config.layer_weights import layer_shares, weights
from style.config.stylize import StylizeConfig
from style.dreams.from_text import objective_of
from style.dreams.objectives import Objective as Dream
from style.losses.functional import content_loss, style_loss, variation_loss
from style.losses.statistics import Statistics, statistics
from style.runs.progress import Losses
from style.transfer.free_channels import check_room, free_layers, unused_objective, use_of_channels
from style.transfer.inner_dream import PaintedDream, check_signs, terms_of
from style.transfer.region_weights import Place, everywhere, targets, wanted_of


class Objective:
    """The losses of a picture (1, 3, H, W) against the targets of one content and some styles.

    `wanted`: what an objective of the same styles and places, at the same size, had as `wanted`.
    """

    def __init__(
        self,
        network: Backbone,
        content: torch.Tensor,
        styles: Sequence[torch.Tensor],
        *,
        config: StylizeConfig,
        autocast: bool,
        dream: PaintedDream | None = None,
        places: Sequence[Place] = (),
        wanted: Sequence[Mapping[str, Statistics]] = (),
    ) -> None:
        self.network, self.config, self.autocast = network, config, autocast
        places = places or [everywhere(len(styles))]
        facts = network.facts
        self.style_shares = layer_shares(config.style_layers, facts.style)
        self.content_shares = layer_shares(config.content_layers, facts.content)
        self.layers = {*self.style_shares, *self.content_shares}
        self.dream, self._named = dream, self._named_dream()
        self.apart = style_loss(config.style_loss)
        self.contents = self._contents(content)
        self.wanted = wanted or self._wanted(styles, places)
        self.targets = targets(places, self.wanted)
        masks = [place.content for place in places if place.content is not None]
        self.painted = torch.stack(masks).sum(dim=0) if masks else None
        self.given = (content, *styles)

    @torch.no_grad()
    def _contents(self, content: torch.Tensor) -> dict[str, torch.Tensor]:
        """What of the content is to be kept."""
        return self._features(content, set(self.content_shares))

    @torch.no_grad()
    def _wanted(
        self, styles: Sequence[torch.Tensor], places: Sequence[Place]
    ) -> list[dict[str, Statistics]]:
        """What the styles are like, for each place."""
        taken = [self._features(style, set(self.style_shares)) for style in styles]
        shares = weights(self.config.style_weights) or [1.0] * len(taken)
        return [wanted_of(place, taken, shares) for place in places]

    def __call__(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """Each term, unweighted, float32."""
        dreaming = self.dream.layers if self.dream else set()
        features = self._features(image, self.layers | dreaming)
        terms = self._kept(features) | {"variation": variation_loss(image)}
        if self.dream:
            terms["dream"] = self.dream.loss(terms_of(self.dream.wanted, features))
        return terms

    def evaluated(self, image: torch.Tensor) -> Losses:
        """The terms and their weighted total; leaves the total's gradient in `image.grad`."""
        terms = self(image)
        total = self.total(terms)
        (image.grad,) = torch.autograd.grad(total, image)
        if self.painted is not None:
            image.grad *= self.painted  # what is not painted stays
        return {name: float(term.detach()) for name, term in (terms | {"total": total}).items()}

    def _kept(self, features: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """What is compared with the pictures given."""
        style = [
            share * target.share * self.apart(found, target.styles[name])
            for name, share in self.style_shares.items()
            for target in self.targets
            for found in [statistics(features[name], target.mask)]
        ]
        content = [
            share * content_loss(features[name], self.contents[name])
            for name, share in self.content_shares.items()
        ]
        return {"style": torch.stack(style).sum(), "content": torch.stack(content).sum()}

    def total(self, terms: dict[str, torch.Tensor]) -> torch.Tensor:
        """The terms by their weights: what is made small."""
        weighted = [getattr(self.config, f"{name}_weight") * term for name, term in terms.items()]
        return torch.stack(weighted).sum()

    def fall_asleep(self, image: torch.Tensor) -> None:
        """Begins the dream; `auto` is then found where the losses leave this painting free."""
        wanted = self._named or unused_objective(
            use_of_channels(
                self._features,
                image,
                lambda features: self.total(self._kept(features)),
                used=self.layers,
                free=free_layers(self.network, self.layers),
                others=self.given,
            ),
            preferred=self.network.facts.dream,
        )
        features = self._seen(image, self.layers | wanted.layers)
        before = [float(seen) for seen in terms_of(wanted, features)]
        level = self._level({name: float(loss) for name, loss in self._kept(features).items()})
        self.dream = PaintedDream(wanted, before, level=level)

    def dreamt(self, image: torch.Tensor) -> list[float]:
        """What there is of each term of the dream in a picture."""
        assert self.dream
        features = self._seen(image, self.dream.layers)
        return [float(seen) for seen in terms_of(self.dream.wanted, features)]

    def _named_dream(self) -> Dream | None:
        """What the configuration names; none where it does not, or says `auto`."""
        if self.config.dream == "auto":
            check_room(self.network, frozenset(self.layers))
        if self.config.dream in ("none", "auto"):
            return None
        wanted = objective_of(self.config.dream, self.network)
        check_signs(wanted)
        return wanted

    def _level(self, kept: Losses) -> float:
        """The smaller of what style and content weigh in a picture: what a dream must not drown."""
        weighed = [getattr(self.config, f"{name}_weight") * loss for name, loss in kept.items()]
        return min((value for value in weighed if value > 0), default=1.0)

    @torch.no_grad()
    def _seen(self, image: torch.Tensor, names: Collection[str]) -> dict[str, torch.Tensor]:
        return self._features(image, set(names))

    def _features(
        self,
        image: torch.Tensor,
        names: set[str],
        network: Callable[..., dict[str, torch.Tensor]] | None = None,
    ) -> dict[str, torch.Tensor]:
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.autocast):
            features: dict[str, torch.Tensor] = (network or self.network)(image, names)
        return features
