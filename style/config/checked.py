"""What StylizeConfig and DreamConfig have in common: the checks, and the settings of any picture.

Each configuration lists its fields itself, since their order is the order of its arguments and of
its tables in `docs/`. A shared setting is declared here and called there: `size: int = size()`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from style.backbones.registry import (
    BACKBONES,
    DEFAULT,
    PADDINGS,
    POOLINGS,
    Facts,
    facts_of,
    variant_faults,
)
from style.config.setting import declared_faults, setting, settings_of
from style.errors import ConfigError

PRECISIONS = ("auto", "bf16", "float32")

backbone = partial(setting, DEFAULT)
size = partial(
    setting,
    512,
    "longest side of the result in pixels; a smaller picture keeps its size",
    least=min(facts.least_px for facts in BACKBONES.values()),
    most=8192,
    note=", but not below the backbone's least size",
)
enlarge = partial(setting, False, "scale a picture that is smaller up to the size")
steps = partial(setting, least=1, most=10_000)
step_size = partial(setting, above=0, most=1)
seed = partial(
    setting, 0, "seed of the random numbers; same seed and threads, same picture on a CPU", least=0,
    most=2**63 - 1,
)  # fmt: skip
device = partial(setting, "auto")
precision = partial(setting, "auto", "precision that the network computes in", choices=PRECISIONS)
pooling = partial(setting, "max", "how the network halves its feature maps", choices=POOLINGS)
padding = partial(setting, "zeros", "what the network sees beyond a border", choices=PADDINGS)


class CheckedConfig:
    """Base of the configurations, which are frozen dataclasses. It declares no field.

    Raises ConfigError that names every setting that is wrong, UnknownBackbone for `backbone`.
    """

    backbone: str
    size: int
    pooling: str
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __post_init__(self) -> None:
        facts = facts_of(self.backbone)
        faults = [*self._declared_faults(facts), *self._combination_faults()]
        if self.pooling in POOLINGS:  # only now can the backbone be what forbids it
            faults += variant_faults(facts, self.pooling, PADDINGS[0])
        if faults:
            raise ConfigError("; ".join(faults))

    def _declared_faults(self, facts: Facts) -> list[str]:
        """What the declaration of each setting does not allow."""
        settings = {name: declared for name, (_, declared) in settings_of(type(self)).items()}
        settings["size"] = replace(settings["size"], least=facts.least_px, note="")
        return declared_faults(self, settings)

    def _combination_faults(self) -> list[str]:
        """What is wrong with settings that are each allowed; none by default."""
        return []
