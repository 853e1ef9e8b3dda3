"""The model card of a published backbone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from style.backbones.registry import facts_of
from style.training.backbone_onnx import PICTURE


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
    settings = stored["hyper_parameters"]
    facts = facts_of(settings["backbone"])
    weights = next(iter(files))
    named = ";\n".join(
        f"`{name}`, {size:,} bytes, sha256 `{digest}`" for name, (size, digest) in files.items()
    )
    teacher = settings.get("teacher")
    task = f"to have the features of {teacher}" if teacher else _classes(stored)
    return f"""# Model card: {facts.name}

{named}.

**What it is.** The network {facts.name} of hitsujun, trained {task}. Input: RGB in [0, 1],
less the mean {_triple(facts.mean)}, over {_triple(facts.std)}. The ONNX file does that
itself: input `{PICTURE}` (1, 3, H, W), outputs
{", ".join(f"`{layer}`" for layer in layers)}.

**Licence.** {licence}

**Data.** {data}

**Training.** {stored["global_step"]:,} steps, {stored["epoch"] + 1:,} epochs, `lightning fit` with
```json
{_settings(stored)}
```

**Figures** at the end of the training, on its own validation photos:

| figure | value |
|---|---|
{_figures(stored)}

**Use.** `hitsujun weights import {weights}` (or this folder, or its URL with `--sha256`); then
`hitsujun stylize CONTENT STYLE --backbone {facts.name} -o OUT`.
"""


def _classes(stored: Mapping[str, Any]) -> str:
    names = stored.get("class_names", [])
    shown = f" ({', '.join(names[:3])} ...)" if names else ""
    return f"to tell {stored['hyper_parameters'].get('classes', len(names)):,} classes{shown}"


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
