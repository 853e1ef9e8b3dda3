"""gunicorn's messages go to the log of the service, in its format."""

from __future__ import annotations

import logging
import sys
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger


class ServiceLog(Logger):  # type: ignore[misc]
    """Hands gunicorn's messages to the root logger, from warnings on."""

    def setup(self, cfg: Config) -> None:
        """Replaces the handlers and the format that gunicorn would set."""
        self.cfg = cfg
        self.loglevel = logging.WARNING
        self.error_log.setLevel(self.loglevel)
        self.error_log.propagate = True
        self._access_log_enabled = False  # the application logs its requests itself

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log an error without its traceback where a client was too slow (SO_RCVTIMEO)."""
        if isinstance(sys.exception(), BlockingIOError):
            self.warning("a client was too slow with its request")
            return
        super().exception(msg, *args, **kwargs)
