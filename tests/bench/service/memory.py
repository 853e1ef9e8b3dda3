"""The memory of each process: at the start, after 2,000 grades, and after four uploads."""

from __future__ import annotations

import io
import json
import tempfile
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from data.references.store import load_references
from tests.bench.service.load import grade_all
from tests.bench.service.printed import print_figures
from tests.bench.service.processes import pss_mb
from tests.service.web.servers import Server

GRADES = 2000
UPLOADS = 4
SIDE_PX = 4000  # of an uploaded picture


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    print_figures(measured, arguments, __doc__)


def measured() -> dict[str, Any]:
    variables = {"HITSUJUN_WORKERS": "2", "HITSUJUN_LIMIT_DRAWINGS": "100000000/minute"}
    with Server(Path(tempfile.mkdtemp()), **variables) as server:
        result = {"at the start": _memory(server)}
        grade_all(server, _copies(), count=GRADES, clients=4)
        result["after the grades"] = _memory(server)
        token = server.send("devices", {})["token"]
        for _ in range(UPLOADS):
            _upload(server, token)
        result["after the uploads"] = _memory(server)
    return {"pss_mb": result}


def _memory(server: Server) -> dict[str, float]:
    names = ["first process", "gunicorn", *(f"worker {n}" for n in range(1, 9))]
    return dict(zip(names, map(pss_mb, server.pids()), strict=False))


def _copies() -> list[bytes]:
    """A drawing of each character: its reference itself."""
    return [
        json.dumps(
            {
                "character": reference.character,
                "strokes": [
                    {
                        axis: (stroke.points[:, n] * 1000).round().astype(int).tolist()
                        for n, axis in enumerate("xy")
                    }
                    for stroke in reference.strokes
                ],
            }
        ).encode()
        for reference in (load_references()[c] for c in list(load_references())[-GRADES:])
    ]


def _upload(server: Server, token: str) -> None:
    file = io.BytesIO()
    Image.effect_noise((SIDE_PX, SIDE_PX), 60).convert("RGB").save(file, "JPEG", quality=60)
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + file.getvalue()
        + b"\r\n"
        for name in ("content", "style")
    ]
    size = f'--{boundary}\r\nContent-Disposition: form-data; name="size"\r\n\r\n256\r\n'.encode()
    body = b"".join([*parts, size, f"--{boundary}--\r\n".encode()])
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    request = urllib.request.Request(f"{server.address}/v1/stylizations", body, headers)
    with urllib.request.urlopen(request, timeout=300) as answer:
        assert answer.status == 202
