"""Whether one part of this machine is at work: it answers, or the file that it touches is fresh.

Whoever runs the parts (Docker, a watchdog of the house) asks `ksdd alive PART`.
"""

from __future__ import annotations

import http.client
import platform
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from processes.settings import Settings

#: a sign that is older than this is none; heartbeats come every two seconds, ticks every five
FRESH = timedelta(minutes=1)


def sign_of(settings: Settings, part: str) -> Path:
    """The file that a part touches; each machine its own, as hosts may share the data folder."""
    return settings.data / "alive" / f"{platform.node() or 'localhost'}-{part}"


def is_alive(settings: Settings, part: str, now: datetime) -> bool:
    """Whether the part of this machine is at work: pages that answer, or a fresh sign."""
    if part == "web":
        return pages_answer(settings)
    try:
        seen = datetime.fromtimestamp(sign_of(settings, part).stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return now - seen <= FRESH


def pages_answer(settings: Settings) -> bool:
    """Whether the pages answer on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    call = http.client.HTTPConnection(host, settings.port, timeout=2)
    with closing(call), suppress(OSError, http.client.HTTPException):
        call.request("GET", "/healthz")
        return call.getresponse().status == 200
    return False
