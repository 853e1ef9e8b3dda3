"""The model card of a published backbone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from style.backbones.registry import facts_of
from style.training.backbone_onnx import PICTURE

TEXT = """# Model card: {name}

{files}.

**What it is.** The network {name} of hitsujun, trained {task}. Input: RGB in [0, 1],
less the mean {mean}, over {std}. The ONNX file does that
itself: input `{picture}` (1, 3, H, W), outputs
{layers}.

**Licence.** {licence}

**Data.** {data}

**Training.** {steps:,} steps, {epochs:,} epochs, `lightning fit` with
```json
{settings}
```

**Figures** at the end of the training, on its own validation photos:

| figure | value |
|---|---|
{figures}

**Use.** `hitsujun weights import {weights}` (or this folder, or its URL with `--sha256`); then
`hitsujun stylize CONTENT STYLE --backbone {name} -o OUT`.
"""


def card(
    stored: Mapping[str, Any],
    files: Mapping[str, tuple[int, str]],
    layers: Sequence[str],
    *,
    licence: str,
    data: str,
) -> str:
    """Markdown. `stored`: the checkpoint; `files`: bytes and sha256 by name; `layers`: of the ONNX.

    What it says of each file is what `data.model_card` reads.
    """
    facts = facts_of(stored["hyper_parameters"]["backbone"])
    named = (f"`{name}`, {size:,} bytes, sha256 `{sha}`" for name, (size, sha) in files.items())
    return TEXT.format(
        name=facts.name,
        files=";\n".join(named),
        task=_task(stored),
        mean=_triple(facts.mean),
        std=_triple(facts.std),
        picture=PICTURE,
        layers=", ".join(f"`{layer}`" for layer in layers),
        licence=licence,
        data=data,
        steps=stored["global_step"],
        epochs=stored["epoch"] + 1,
        settings=_settings(stored),
        figures=_figures(stored),
        weights=next(iter(files)),
    )


def _task(stored: Mapping[str, Any]) -> str:
    settings, names = stored["hyper_parameters"], stored.get("class_names", [])
    teacher = settings.get("teacher")
    if "classes" not in settings:
        return f"to have the features of {teacher}"
    shown = f" ({', '.join(names[:3])} ...)" if names else ""
    taught = f", as {teacher} does" if teacher else ""
    return f"to tell {settings['classes']:,} classes{shown}{taught}"


def _figures(stored: Mapping[str, Any]) -> str:
    figures = {k: v for k, v in stored.get("figures", {}).items() if k.startswith("val_")}
    return "\n".join(f"| {name} | {value:.4f} |" for name, value in sorted(figures.items()))


def _settings(stored: Mapping[str, Any]) -> str:
    """Of model and data; of paths only the last part."""
    both = {
        "model": dict(stored["hyper_parameters"]),
        "data": dict(stored.get("datamodule_hyper_parameters", {})),
    }
    for settings in both.values():
        for name in ("photos", "start_from"):
            if settings.get(name):
                settings[name] = str(settings[name]).rstrip("/").rpartition("/")[2]
        settings.pop("_instantiator", None)
    return json.dumps(both, indent=1, ensure_ascii=False, default=str)


def _triple(values: Sequence[float]) -> str:
    return f"({', '.join(f'{value:.3f}' for value in values)})"
