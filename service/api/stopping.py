"""Whether this process is about to end, so that streams of events end and clients come back."""

from __future__ import annotations

import threading

is_stopping = threading.Event()
