"""The page of the API for people: each endpoint, examples, each problem with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from service.api.problems import PROBLEMS

_PAGE = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>hitsujun API</title>\
<meta name="viewport" content="width=device-width">\
<link rel="icon" href="/static/icon.svg">\
<link rel="stylesheet" href="/static/docs.css"></head><body class="docs">\
<h1>hitsujun API</h1><p>The whole contract, for tools: <a href="/v1/openapi.json">\
OpenAPI 3.1</a>. To try it: <a href="/">practise</a>.</p>\
<table><thead><tr><th>Route</th><th>What it does</th><th>Answers</th></tr></thead>\
<tbody>{rows}</tbody></table><h2>Examples</h2><pre>{examples}</pre>\
<h2>Problems</h2><p>Every error is <code>application/problem+json</code> (RFC 9457); its \
<code>type</code> is one of these.</p><dl>{problems}</dl></body></html>"""

_EXAMPLES = """\
curl http://127.0.0.1:8000/v1/kanji/三

curl http://127.0.0.1:8000/v1/grade -H 'Content-Type: application/json' \\
  -d '{"character": "一", "strokes": [{"x": [10, 50, 95], "y": [50, 49, 48]}]}'

curl http://127.0.0.1:8000/v1/devices -H 'Content-Type: application/json' -d '{}'

curl -i http://127.0.0.1:8000/v1/stylizations -H 'Authorization: Bearer TOKEN' \\
  -F content=@photo.jpg -F style=@painting.jpg -F size=512
curl http://127.0.0.1:8000/v1/jobs/JOB -H 'Authorization: Bearer TOKEN'
curl http://127.0.0.1:8000/v1/jobs/JOB/result -o picture.png -H 'Authorization: Bearer TOKEN'
"""


def docs_page(document: dict[str, Any]) -> str:
    """The HTML of an OpenAPI document."""
    rows = "".join(
        f"<tr><td><code>{escape(route)}</code></td><td>{escape(summary)}</td>"
        f"<td>{escape(answers)}</td></tr>"
        for route, summary, answers in _routes(document)
    )
    problems = "".join(
        f'<dt id="problem-{slug}"><code>{slug}</code></dt>'
        f"<dd>{kind.status}: {escape(kind.meaning)}.</dd>"
        for slug, kind in PROBLEMS.items()
    )
    return _PAGE.format(rows=rows, examples=escape(_EXAMPLES), problems=problems)


def _routes(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """`GET /v1/kanji`, its summary, and what it answers when all is well."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = [
                f"{status}: {response['description']}"
                for status, response in operation["responses"].items()
                if status.startswith("2")
            ]
            yield f"{method.upper()} {path}", operation["summary"], "; ".join(answers)
