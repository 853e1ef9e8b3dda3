"""How to paint a film: the settings beside those of a picture. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from style.config.setting import declared_faults, setting, settings_of
from style.errors import ConfigError


@dataclass(frozen=True)
class FilmConfig:
    """Settings of a film. Raises ConfigError that names every setting that is wrong."""

    frame_steps: int = setting(
        30,
        "steps at each frame of a film that continues the frame before",
        least=1,
        most=10_000,
    )
    temporal_weight: float = setting(
        100.0,
        "weight of the temporal loss: how strictly a frame keeps what the frame before painted",
        least=0,
        most=1e9,
    )
    fps: float = setting(
        24.0,
        "frames a second of a film made from a folder; a film keeps its own",
        above=0,
        most=240,
    )

    def __post_init__(self) -> None:
        declared = {name: one for name, (_, one) in settings_of(type(self)).items()}
        if faults := declared_faults(self, declared):
            raise ConfigError("; ".join(faults))
