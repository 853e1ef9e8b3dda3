"""The settings that say what to dream of, in a picture or from noise. Needs no torch."""

from __future__ import annotations

from functools import partial

from style.config.checked import CheckedConfig
from style.config.objective_grammar import parse_objective
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

    def _combination_faults(self) -> list[str]:
        """Two things to dream of at once, and an objective that cannot be read."""
        faults = []
        names_layer = bool(self.layer) or self.channel >= 0
        if self.objective and (names_layer or self.class_):
            faults.append("objective replaces layer, channel and class: give it or them")
        if self.class_ and names_layer:
            faults.append("class replaces layer and channel: give it or them")
        if self.objective:
            try:
                parse_objective(self.objective)
            except ConfigError as error:
                faults.append(str(error))
        return faults
