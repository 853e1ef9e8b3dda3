"""The settings that say what to dream of, in a picture or from noise. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from style.backbones.registry import facts_of
from style.config.checked import CheckedConfig
from style.config.objective_faults import term_faults
from style.config.objective_grammar import ParsedTerm, parse_objective
from style.config.setting import setting
from style.errors import ConfigError

layer = partial(setting, "", "layer whose activation grows", unset="the backbone's own")
channel = partial(setting, -1, "one of the layer's channels; -1 for all", least=-1)
class_ = partial(
    setting, "", "class of ImageNet to see, by name or number; not every backbone has classes"
)
objective = partial(
    setting, "", "a sum, in place of the three above: 'relu4_2:20 + 0.5*relu5_1 - relu3_1:5'"
)


class ObjectiveConfig(CheckedConfig):
    """Base of the configurations of dreams. It declares no field. Raises as CheckedConfig does."""

    layer: str
    channel: int
    class_: str
    objective: str

    def terms(self, default_layer: str, *, has_guide: bool) -> Sequence[ParsedTerm]:
        """What is asked for; `default_layer`: where nothing is.

        Raises ConfigError for a term that needs a guide picture without one, and where none of the
        terms uses the guide picture.
        """
        terms = self._written_terms(default_layer)
        if not any((self.objective, self.class_, terms[0].channels)):
            terms = [replace(terms[0], is_guide=has_guide)]
        guided = next((term for term in terms if term.is_guide), None)
        if guided and not has_guide:
            raise ConfigError(f"{guided.layer}:guide needs a guide picture (--guide PICTURE)")
        if has_guide and not guided:
            raise ConfigError(
                "the objective does not use the guide picture: add LAYER:guide"
                if self.objective
                else "a guide picture cannot be combined with a channel or a class: give one of"
                " them"
            )
        return terms

    def _written_terms(self, default_layer: str) -> Sequence[ParsedTerm]:
        if self.objective:
            return parse_objective(self.objective)
        if self.class_:
            return [ParsedTerm(1.0, label=self.class_)]
        channels = (self.channel,) if self.channel >= 0 else ()
        return [ParsedTerm(1.0, self.layer or default_layer, channels)]

    def _combination_faults(self) -> list[str]:
        """Two things to dream of at once, and an objective that the network does not have."""
        faults = []
        names_layer = bool(self.layer) or self.channel >= 0
        if self.objective and (names_layer or self.class_):
            faults.append("objective replaces layer, channel and class: give it or them")
        if self.class_ and names_layer:
            faults.append("class replaces layer and channel: give it or them")
        try:
            terms = self._written_terms(facts_of(self.backbone).dream)
        except ConfigError as error:
            return [*faults, str(error)]
        return [*faults, *term_faults(terms, self.backbone)]
