"""The one place of the web layer that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """This moment, aware and in UTC; the app's config may name another clock as `CLOCK`."""
    clock = current_app.config.get("CLOCK")
    moment: datetime = clock() if clock is not None else datetime.now(UTC)
    return moment.astimezone(UTC)
