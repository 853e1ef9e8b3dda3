"""The log of a process: JSON lines, or lines for people where a terminal reads them.

Only the standard library: structlog would import rich and pygments where they are installed, a
tenth of the CPU time of a start.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from service.settings import Settings

OURS = "service"  # the logger whose messages are shown from INFO on, others from WARNING on

request_id: ContextVar[str] = ContextVar("request_id", default="")  # of the request answered now


def configure_logs(settings: Settings, stream: TextIO = sys.stderr) -> None:
    """Format all messages of this process. Those of a request bear its id (`request_id`)."""
    is_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not stream.isatty()
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if is_json else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """One JSON object for each message, with the `facts` of its `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a message."""
        return json.dumps(self.facts(record), ensure_ascii=False, default=str)

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is known of a message, by name."""
        moment = datetime.fromtimestamp(record.created, UTC)
        facts = {
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if request_id.get():
            facts["request_id"] = request_id.get()
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return facts


class TextLines(JsonLines):
    """The time, the level and the message, then the other facts as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a message."""
        facts = self.facts(record)
        first = [str(facts.pop(name)) for name in ("timestamp", "level", "event")]
        del facts["logger"]
        return " ".join([*first, *(f"{name}={value}" for name, value in facts.items())])
