"""Model and data of a training must have the same classes."""

from __future__ import annotations

import lightning as L

from data.characters import characters
from kanji.errors import ClassesDiffer


def check_classes(labels: tuple[str, ...], trainer: L.Trainer) -> None:
    """Raises ClassesDiffer where the trainer's data has other characters than `labels`.

    The batches of a data module without `candidates` are not checked.
    """
    data = getattr(trainer, "datamodule", None)
    candidates = getattr(data, "candidates", None)
    if candidates is None or characters(candidates) == labels:
        return
    raise ClassesDiffer(
        f"the data's candidates are {candidates!r}, {len(characters(candidates))} characters, and"
        f" the model has {len(labels)} others or in another order: set the same"
        " model.init_args.candidates and data.init_args.candidates"
    )
