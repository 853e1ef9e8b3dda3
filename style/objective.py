"""What a painting is measured by: the losses of a picture against its content and its styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from style.backbone import Backbone
from style.config import StylizeConfig
from style.errors import ConfigError
from style.losses import content_loss, style_loss, variation_loss
from style.objectives import Objective as Dream
from style.progress import Losses
from style.regions import Place, everywhere, targets
from style.shares import layer_shares, weights
from style.statistics import statistics
from style.unused import unused_objective, use_of_channels
from style.wishes import objective_of

DROWSY = 1e-3  # added to a dream's objective before and after, as what was not there has no ratio


class Objective:
    """The losses of a picture (1, 3, H, W) against the targets of one content and some styles."""

    def __init__(
        self,
        network: Backbone,
        content: torch.Tensor,
        styles: Sequence[torch.Tensor],
        *,
        config: StylizeConfig,
        autocast: bool,
        dream: Dream | None = None,
        places: Sequence[Place] = (),
    ) -> None:
        self.network, self.config, self.autocast = network, config, autocast
        facts = network.facts
        self.style_shares = layer_shares(config.style_layers or ",".join(facts.style))
        self.content_shares = layer_shares(config.content_layers or ",".join(facts.content))
        self.layers = {*self.style_shares, *self.content_shares}
        self.apart = style_loss(config.style_loss)
        with torch.no_grad():
            self.contents = self._features(content, set(self.content_shares))
            taken = [self._features(s, set(self.style_shares)) for s in styles]
            shares = weights(config.style_weights) or [1.0] * len(taken)
            self.targets = targets(places or [everywhere(len(taken))], taken, shares)
        masks = [place.content for place in places if place.content is not None]
        self.painted = torch.stack(masks).sum(dim=0) if masks else None
        self.dream = dream or self._dream(content, styles)
        self.awake = self.dreamt(content) if self.dream else 0.0

    def __call__(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """Each term, unweighted, float32."""
        features = self._features(image, self.layers | self._dream_layers())
        terms = self._kept(features) | {"variation": variation_loss(image)}
        if self.dream:
            seen = (self.dream.value(features) + DROWSY) / (self.awake + DROWSY)
            terms["dream"] = -seen.clamp(min=DROWSY).log()
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

    def _dream(self, content: torch.Tensor, styles: Sequence[torch.Tensor]) -> Dream | None:
        """The configuration's dream: none, what the losses leave free, or what it names."""
        if self.config.dream == "none":
            return None
        if self.config.dream != "auto":
            wanted = objective_of(self.config.dream, self.network)
            if any(term.weight < 0 for term in wanted.terms):  # its growth is measured as a ratio
                raise ConfigError(
                    f"dream is {self.config.dream!r}; within a painting every term has a plus:"
                    " leave out those with a minus, or use hitsujun dream"
                )
            return wanted
        uses = use_of_channels(
            self.network,
            content,
            lambda features: self.total(self._kept(features)),
            frozenset(self.layers),
            styles,
        )
        return unused_objective(uses)

    def _dream_layers(self) -> set[str]:
        return set(self.dream.layers) if self.dream else set()

    @torch.no_grad()
    def dreamt(self, image: torch.Tensor) -> float:
        """How much of its dream is in a picture."""
        assert self.dream is not None
        return float(self.dream.value(self._features(image, self._dream_layers())))

    def _features(self, image: torch.Tensor, names: set[str]) -> dict[str, torch.Tensor]:
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(image.device.type, torch.bfloat16, enabled=self.autocast):
            features: dict[str, torch.Tensor] = self.network(image, names)
        return features
