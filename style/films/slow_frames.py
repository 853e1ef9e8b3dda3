"""Frames painted by optimisation, each from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.config.film import FilmConfig
from style.config.stylize import StylizeConfig
from style.films.kept_frames import PaintedFrame
from style.films.painting import Before
from style.pictures.colors import recolored
from style.pictures.tensors import to_picture, to_tensor
from style.runs.progress import Progress, run_to_end
from style.transfer.continuing import continue_from
from style.transfer.final_colors import with_final_colors
from style.transfer.painting import Painting
from style.transfer.previous_frame import PreviousFrame
from style.transfer.run_cache import RunCache
from style.transfer.stylize import paint

OnProgress = Callable[[int, Progress], None]  # the number of the frame, and its progress


class SlowFrames:
    """A `FramePainter`. The first frame of a scene is painted like a picture by itself.

    The content weight that is found for it stays for the whole scene, so that the film does not
    breathe. `on_progress` is called after every step.
    """

    def __init__(
        self,
        styles: Sequence[Image.Image],
        config: StylizeConfig,
        film: FilmConfig,
        *,
        backbone: Backbone | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._styles, self._config, self._film = styles, config, film
        self._scene_styles, self._cache = styles, RunCache()
        self._backbone, self._on_progress = backbone or Backbone.of(config), on_progress

    @property
    def size(self) -> int:
        """As `FramePainter.size`."""
        return self._config.size

    def start_scene(self, frame: Image.Image) -> None:
        """Matches the styles' colours to the scene, where that is configured."""
        if self._config.colors == "matched":
            self._scene_styles = [recolored(one, frame, "matched") for one in self._styles]
            self._cache = RunCache()

    def paint(self, number: int, frame: Image.Image, before: Before | None) -> PaintedFrame:
        """As `FramePainter.paint`."""
        steps = self._film.frame_steps if before else self._config.steps
        painting = Painting(
            frame, self._scene_styles, replace(self._scene_config(), steps=steps),
            backbone=self._backbone, cache=self._cache,
        )  # fmt: skip
        if before:
            weights = {
                "content": before.report["content_weight"],
                "temporal": self._film.temporal_weight,
            }
            continue_from(painting, _previous(before), weights)
        result = run_to_end(
            paint(painting), lambda one: self._on_progress and self._on_progress(number, one)
        )
        balance, config = painting.balance, painting.recipe.term_weights
        report = {
            "losses": result.report["losses"],
            "content_weight": balance.weight if balance else config["content"],
        }
        return PaintedFrame(to_picture(painting.picture, like=painting.content), report)

    def finished(self, frame: Image.Image, picture: Image.Image) -> Image.Image:
        """As `FramePainter.finished`."""
        return with_final_colors(picture, frame, self._scene_styles, self._config)

    def _scene_config(self) -> StylizeConfig:
        """The configuration of single frames, whose styles have the scene's colours already."""
        is_matched = self._config.colors == "matched"
        return replace(self._config, colors="style") if is_matched else self._config


def _previous(before: Before) -> PreviousFrame:
    return PreviousFrame(to_tensor(before.picture), torch.from_numpy(before.certainty)[None, None])
